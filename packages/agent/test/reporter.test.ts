import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LlmOutcome, MetricsCollector, Reporter } from '../src/index.ts';
import { type FakeKit, startFakeKit } from './fake-kit.ts';

let kit: FakeKit;
const reporters: Reporter[] = [];
beforeEach(async () => {
  kit = await startFakeKit();
});
afterEach(async () => {
  await kit.close();
  await Promise.all(reporters.splice(0).map((reporter) => reporter.close()));
});

// An hour: the tests send by flush(), so no tick comes between.
const OFF_MS = 3_600_000;

function start(options: Partial<ConstructorParameters<typeof Reporter>[0]> = {}) {
  const collector = new MetricsCollector();
  const reporter = new Reporter({
    collector,
    url: kit.url,
    token: 'secret',
    intervalMs: OFF_MS,
    timeoutMs: 30_000,
    ...options,
  });
  reporters.push(reporter);
  return { collector, reporter };
}
const llmTimes = () => kit.taken().flatMap((body) => body.deltas.llmCalls.map(([ms]) => ms));

test('H4: a report carries each call, the gauges, the game and the platforms in the shape of the contract', async () => {
  const { collector, reporter } = start({ beforeReport: () => collector.setGauge('tipQueueDepth', 3) });
  collector.recordLlmCall(120.4567, 'ok');
  collector.recordTip(500, 12, 'ok');
  collector.recordCycle(900, 15);
  collector.setGauge('dbSizeMb', 6.3);
  collector.setGame({
    cycle: 144,
    day: 15,
    lastCycleAt: 0,
    cycleMs: 600_000,
    characters: [{ name: 'John', activity: 'cooking', mood: 72 }],
  });
  collector.setPlatform('youtube', true, 1_000);
  collector.setPlatform('tiktok', false, null);
  collector.setViewers(42);
  expect(await reporter.flush()).toBe(true);
  expect(kit.authorizations).toEqual(['Bearer secret']);
  expect(kit.taken()[0]).toMatchObject({
    seq: 0,
    deltas: { llmCalls: [[120.457, 'ok']], tips: [[500, 12, 'ok']], cycles: [[900, 15, 'ok']] },
    gauges: {
      dbSizeMb: 6.3,
      tipQueueDepth: 3,
      tipsProcessedTotal: 1,
      cyclesCompleted: 1,
      llmFallbackActive: false,
      droppedEvents: 0,
    },
    game: {
      cycle: 144,
      day: 15,
      lastCycleAt: '1970-01-01T00:00:00.000Z',
      cycleMs: 600_000,
      characters: [{ name: 'John', activity: 'cooking', mood: 72 }],
    },
    platforms: {
      youtube: { connected: true, lastPollAt: '1970-01-01T00:00:01.000Z' },
      tiktok: { connected: false, lastEventAt: null },
      viewers: 42,
    },
  });
});

test('H4: reports go by themselves at the interval', async () => {
  const { collector } = start({ intervalMs: 20 });
  collector.recordLlmCall(7, 'ok');
  await kit.until(() => llmTimes().length === 1 && kit.taken().length >= 3);
  expect(llmTimes()).toEqual([7]);
});

test('H3: a report whose answer was lost goes again with the same seq and bytes, and each call counts once', async () => {
  const { collector, reporter } = start();
  collector.recordLlmCall(1, 'ok');
  kit.behaviour = 'accept-but-lose-answer';
  expect(await reporter.flush()).toBe(false);
  collector.recordLlmCall(2, 'error');
  expect(await reporter.flush()).toBe(false);
  kit.behaviour = 'accept';
  collector.recordLlmCall(3, 'timeout');
  expect(await reporter.flush()).toBe(true);
  expect(new Set(kit.bodies.slice(0, 3)).size).toBe(1);
  expect(llmTimes()).toEqual([1, 2, 3]);
  expect(kit.taken().map((body) => body.seq)).toEqual([0, 1]);
});

test.each([401, 429, 500, 503])('H4: the answer %i keeps the report until the kit takes it', async (status) => {
  const { collector, reporter } = start();
  collector.recordTip(100, 1, 'ok');
  kit.behaviour = status;
  expect(await reporter.flush()).toBe(false);
  expect(reporter.stats).toMatchObject({
    unanswered: 1,
    waitingEvents: 1,
    droppedEvents: 0,
    lastProblem: `HTTP ${status}`,
  });
  kit.behaviour = 'accept';
  expect(await reporter.flush()).toBe(true);
  expect(kit.taken().flatMap((body) => body.deltas.tips)).toEqual([[100, 1, 'ok']]);
  expect(reporter.stats.lastProblem).toBeUndefined();
});

test.each([400, 404, 413, 422])('H4: the answer %i drops that report, counts its calls and goes on', async (status) => {
  const { collector, reporter } = start();
  collector.recordLlmCall(1, 'ok');
  collector.recordLlmCall(2, 'ok');
  kit.behaviour = status;
  await reporter.flush();
  expect(reporter.stats).toMatchObject({ refused: 1, waitingEvents: 0, droppedEvents: 2 });
  kit.behaviour = 'accept';
  collector.recordLlmCall(3, 'ok');
  await reporter.flush();
  expect(llmTimes()).toEqual([3]);
  expect(kit.taken()[0]?.gauges.droppedEvents).toBe(2);
});

test('H4: a kit that takes the connection and never answers costs the time limit, not the host', async () => {
  const { collector, reporter } = start({ timeoutMs: 100 });
  kit.behaviour = 'hang';
  collector.recordLlmCall(1, 'ok');
  expect(await reporter.flush()).toBe(false);
  expect(reporter.stats.lastProblem).toBe('no answer in 100 ms');
  expect(await reporter.close()).toBe(false);
});

test('H4: while the kit is away the oldest calls go first, and the rest arrive in the order and the minutes they were made', async () => {
  let now = Date.UTC(2026, 0, 1);
  const collector = new MetricsCollector({ now: () => now });
  const reporter = new Reporter({
    collector,
    url: kit.url,
    token: 't',
    intervalMs: OFF_MS,
    bufferEvents: 256,
    now: () => now,
  });
  reporters.push(reporter);
  for (let i = 0; i < 300; i += 1) {
    now += 10_000;
    collector.recordLlmCall(i, 'ok');
  }
  expect(reporter.stats).toMatchObject({ waitingEvents: 256, droppedEvents: 44 });
  now += 3_600_000;
  expect(await reporter.flush()).toBe(true);
  expect(llmTimes()).toEqual(Array.from({ length: 256 }, (_, i) => i + 44));
  const bodies = kit.taken();
  const first = Date.UTC(2026, 0, 1) + 45 * 10_000;
  expect(Date.parse(bodies[0]?.at ?? '')).toBe(first + 60_000);
  expect(bodies.at(-1)).toMatchObject({ at: new Date(now).toISOString(), deltas: { llmCalls: [] } });
  expect(bodies[0]?.gauges).not.toHaveProperty('processMemoryMb');
  expect(bodies.at(-1)?.gauges).toHaveProperty('processMemoryMb');
});

test.each([
  ['no address', 'nonsense'],
  ['another protocol', 'ftp://127.0.0.1/'],
  ['no such name', 'http://no-such-host.invalid:1'],
  ['a closed port', 'http://127.0.0.1:1'],
])('H4: %s is a told problem, not an exception', async (_name, url) => {
  const problems: (string | undefined)[] = [];
  const { collector, reporter } = start({ url, onProblem: (problem) => problems.push(problem) });
  collector.recordLlmCall(1, 'ok');
  expect(await reporter.flush()).toBe(false);
  expect(problems).toHaveLength(1);
  expect(reporter.stats.waitingEvents).toBe(1);
});

test('H4: a token that no header can carry, and handlers that throw, do not reach the host', async () => {
  const { collector, reporter } = start({
    token: 'line\nbreak',
    beforeReport: () => {
      throw new Error('gauges');
    },
    onProblem: () => {
      throw new Error('handler');
    },
  });
  collector.recordLlmCall(1, 'ok');
  expect(await reporter.flush()).toBe(false);
  expect(reporter.stats.unanswered).toBe(1);
});

test('H4: values of the wrong type are left out, so the report stays acceptable', async () => {
  const { collector, reporter } = start();
  const wrong: unknown[] = [undefined, null, Number.NaN, -1, 'x', {}, Number.POSITIVE_INFINITY, Symbol('s'), 10n];
  const untyped = (value: unknown) => value as never;
  for (const value of wrong) {
    collector.recordLlmCall(untyped(value), 'ok');
    collector.recordLlmCall(1, untyped(value));
    collector.recordTip(untyped(value), 1, 'ok');
    collector.recordCycle(1, untyped(value === -1 ? 'x' : value));
    collector.setGauge(untyped(value), 1);
    collector.setGauge('dbSizeMb', untyped(value));
    collector.setGame(untyped(value));
    collector.setPlatform(untyped(value), true, null);
    collector.setViewers(untyped(value));
  }
  expect(collector.invalidInputs).toBe(wrong.length * 9);
  await reporter.flush();
  expect(kit.taken()[0]).toMatchObject({ deltas: { llmCalls: [], tips: [], cycles: [] } });
  expect(kit.taken()[0]).not.toHaveProperty('game');
});

test('H4: with the kit hung at 100 events a second for an hour its own memory stays under 1 MB', async () => {
  kit.behaviour = 'hang';
  const { collector, reporter } = start({ timeoutMs: 200 });
  const outcomes: LlmOutcome[] = ['ok', 'error', 'timeout', 'fallback'];
  const record = (calls: number) => {
    for (let i = 0; i < calls; i += 1) {
      collector.recordLlmCall(i * 1.001, outcomes[i % 4] ?? 'ok');
      collector.recordTip(i, 0.123, i % 7 === 0 ? 'failed' : 'ok');
    }
  };
  record(100);
  await reporter.flush();
  const before = held();
  record(180_000);
  await reporter.flush();
  const after = held();
  expect(after.bytes - before.bytes).toBeLessThan(1024 * 1024);
  expect(after.bufferBytes - before.bufferBytes).toBeLessThan(14 * 20_000);
  expect(reporter.stats.waitingEvents).toBeGreaterThanOrEqual(20_000);
  expect(reporter.stats.droppedEvents).toBeGreaterThan(0);
});

test('H4: a reporter with a report under way does not keep its host alive', () => {
  kit.behaviour = 'hang';
  const host = `
    const { MetricsCollector, Reporter } = await import(${JSON.stringify(fileURLToPath(new URL('../src/index.ts', import.meta.url)))});
    const reporter = new Reporter({ collector: new MetricsCollector(), url: process.argv[1], token: 't', timeoutMs: 30000 });
    void reporter.flush();
    setTimeout(() => {}, 100);
  `;
  // This process is blocked meanwhile, so the kit's port takes the connection and says nothing.
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', host, kit.url], {
    timeout: 10_000,
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
});

function held(): { bytes: number; bufferBytes: number } {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage === 'function') collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { bytes: heapUsed + arrayBuffers, bufferBytes: arrayBuffers };
}
