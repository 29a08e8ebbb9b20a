import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MetricsCollector, type ReportBody, Reporter, type ReporterOptions } from '@yoban/agent';
import { parseConfig } from '@yoban/shared/config/load-config';
import { MetricsReport } from '@yoban/shared/contracts/report';
import type { Fake } from '@yoban/shared/testing/fake-script';
import { type LoggedRequest, startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { GameWorld } from '../../examples/ailife/test/running-game.ts';

// An hour: the tests send by flush(), so no tick comes between.
const offMs = 3_600_000;

let kit: Fake<LoggedRequest>;
const reporters: Reporter[] = [];
beforeEach(async () => {
  kit = await startLoopbackHttp({ answer: () => ({ status: 202 }) });
});
afterEach(async () => {
  await kit.stop();
  await Promise.all(reporters.splice(0).map((reporter) => reporter.close()));
});

function start(options: Partial<ReporterOptions> = {}) {
  const collector = options.collector ?? new MetricsCollector();
  const reporter = new Reporter({
    url: kit.url,
    token: 'token',
    intervalMs: offMs,
    timeoutMs: 30_000,
    ...options,
    collector,
  });
  reporters.push(reporter);
  return { collector, reporter };
}

/** Every body that came, as the kit reads it. Equal to what was sent: nothing unknown, and no default had to be filled in. */
function received(): MetricsReport[] {
  return kit.requests().map(({ body }) => {
    const sent: unknown = JSON.parse(body);
    const report = MetricsReport.parse(sent);
    expect(report).toEqual(sent);
    return report;
  });
}

test('H4: the shape that @yoban/agent writes for itself fits the contract of POST /api/report', () => {
  expectTypeOf<ReportBody>().toExtend<z.input<typeof MetricsReport>>();
  expectTypeOf<keyof ReportBody>().toEqualTypeOf<keyof MetricsReport>();
  expectTypeOf<keyof ReportBody['gauges']>().toEqualTypeOf<keyof MetricsReport['gauges']>();
});

test('H4: a report without any call, game or platform is one the kit takes', async () => {
  expect(await start().reporter.flush()).toBe(true);
  expect(received()).toHaveLength(1);
  expect(kit.requests()[0]).toMatchObject({
    method: 'POST',
    path: '/api/report',
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
  });
});

test('H4: a report with every part and every outcome is one the kit takes, and it fills every field there is', async () => {
  const { collector, reporter } = start();
  for (const outcome of ['ok', 'error', 'timeout', 'fallback'] as const) collector.recordLlmCall(120.45678, outcome);
  for (const outcome of ['ok', 'failed'] as const) collector.recordTip(500, 1 / 3, outcome);
  for (const outcome of ['ok', 'failed'] as const) collector.recordCycle(900, -15.5, outcome);
  collector.setGauge('dbSizeMb', 6.3);
  collector.setGauge('wsConnectedClients', 3);
  collector.setGauge('tipQueueDepth', 0);
  collector.setGame({ cycle: 144, day: 15, lastCycleAt: Date.now() - 0.5, cycleMs: 600_000, characters: [] });
  collector.setPlatform('youtube', true, 0.25);
  collector.setPlatform('tiktok', false, null);
  collector.setViewers(42);
  await reporter.flush();
  const [report] = received();
  expect(report?.deltas.llmCalls.map(([, outcome]) => outcome)).toEqual(['ok', 'error', 'timeout', 'fallback']);
  const { gauges } = MetricsReport.shape;
  expect(new Set(Object.keys(report ?? {}))).toEqual(new Set(Object.keys(MetricsReport.shape)));
  expect(new Set(Object.keys(report?.gauges ?? {}))).toEqual(new Set(Object.keys(gauges.unwrap().shape)));
});

test('H4: whatever the host says at the edges of what the agent lets through, the report stays acceptable', async () => {
  const { collector, reporter } = start();
  const characters = Array.from({ length: 60 }, (_, i) => ({
    name: '名'.repeat(200),
    activity: 'x'.repeat(900),
    mood: i * 9,
  }));
  for (const value of [0, 5e-324, 1e-9, Number.MAX_VALUE / 1e4, Number.MAX_VALUE, 2 ** 53]) {
    collector.recordLlmCall(value, 'ok');
    collector.recordTip(value, value, 'failed');
    collector.recordCycle(value, -value);
    for (const gauge of ['dbSizeMb', 'wsConnectedClients', 'tipQueueDepth'] as const) collector.setGauge(gauge, value);
    collector.setViewers(value);
    collector.setPlatform('youtube', true, value);
    collector.setGame({ cycle: value, day: value, lastCycleAt: value, cycleMs: value, characters });
    collector.setGame({ cycle: 1, day: 1, lastCycleAt: 253_402_300_799_999, cycleMs: 1e-9, characters });
    await reporter.flush();
  }
  expect(received()).toHaveLength(6);
});

test('H4: after drops and a long absence every report of the backlog is one the kit takes, the count of the lost in it', async () => {
  let now = Date.UTC(2026, 0, 1);
  const collector = new MetricsCollector({ now: () => now });
  const { reporter } = start({ collector, now: () => now, bufferEvents: 5_000 });
  for (let call = 0; call < 9_000; call++) {
    now += 7;
    collector.recordLlmCall(call, 'ok');
  }
  now += offMs;
  expect(await reporter.flush()).toBe(true);
  const reports = received();
  expect(reports.length).toBeGreaterThan(2);
  expect(reports.flatMap((report) => report.deltas.llmCalls)).toHaveLength(5_000);
  expect(reports.at(-1)?.gauges.droppedEvents).toBe(4_000);
});

test('H3: through an outage, a cut answer, a hang and an error the report that arrives stays acceptable and keeps its seq', async () => {
  const { collector, reporter } = start({ timeoutMs: 2_000 });
  const faults = [
    { do: 'outage' },
    { do: 'reset-after-accept' },
    { do: 'hang' },
    { do: 'reply', status: 503 },
  ] as const;
  for (const [seen, fault] of faults.entries()) {
    collector.recordTip(seen, 1, 'ok');
    kit.script([fault]);
    expect(await reporter.flush()).toBe(false);
  }
  kit.script([]);
  expect(await reporter.flush()).toBe(true);
  const reports = received();
  const bodies = kit.requests().map(({ body }) => body);
  expect(new Set(bodies.slice(0, -1)).size).toBe(1);
  expect(reports.at(-1)?.seq).toBe(1);
  const once = new Map(reports.map((report) => [report.seq, report]));
  expect([...once.values()].flatMap(({ deltas }) => deltas.tips.map(([yen]) => yen))).toEqual([0, 1, 2, 3]);
});

test('H4: what the kit refused is counted as dropped in a report that it takes', async () => {
  const { collector, reporter } = start();
  collector.recordLlmCall(1, 'ok');
  kit.script([{ do: 'reply', status: 422 }]);
  await reporter.flush();
  await reporter.flush();
  expect(received().at(-1)?.gauges.droppedEvents).toBe(1);
});

test('H4: the running example reports all parts that its yoban.yml promises', async () => {
  const world = new GameWorld();
  try {
    await world.openStandins();
    const game = await world.startGame({
      YOBAN_REPORT_URL: kit.url,
      YOBAN_APP_TOKEN: 'token',
      AILIFE_REPORT_MS: '100',
      AILIFE_CYCLE_MS: '86400000',
    });
    await game.fault('tips', { count: 2, yen: 500 });
    const reports = await waitFor('a report with tips, a model call and the game', () => {
      const all = received();
      const calls = all.flatMap(({ deltas }) => deltas.llmCalls).length;
      const tips = all.flatMap(({ deltas }) => deltas.tips).length;
      return tips >= 2 && calls > 0 && all.at(-1)?.game !== undefined ? all : null;
    });
    const { services } = exampleConfig();
    const { gauges, game: told, platforms } = reports.at(-1) ?? {};
    const parts = {
      process: gauges?.processMemoryMb,
      database: gauges?.dbSizeMb,
      llm: gauges?.llmFallbackActive,
      tips: gauges?.tipQueueDepth,
      platforms: platforms?.youtube && platforms.tiktok,
      game: told,
    };
    expect(Object.keys(parts)).toEqual(services.ailife?.report?.parts);
    for (const [part, value] of Object.entries(parts)) expect(value, part).toBeDefined();
  } finally {
    await world.end();
  }
});

/** The example's own configuration, read as `npm start` has it read. */
function exampleConfig() {
  const file = path.resolve(import.meta.dirname, '../../examples/ailife/yoban.yml');
  const home = '/srv/yoban';
  const env = {
    DB_PATH: `${home}/data/game.sqlite`,
    BACKUP_DIR: `${home}/backups`,
    YOBAN_HOME: home,
    APP_PORT: '3100',
    HEALTH_URL: 'http://127.0.0.1:3000/api/health',
  };
  return parseConfig(readFileSync(file, 'utf8'), env, file);
}

test('the yoban.yml of the example is a whole, valid configuration', () => {
  const config = exampleConfig();
  expect(config).toMatchObject({
    primary: 'ailife',
    databases: [{ name: 'game', path: '/srv/yoban/data/game.sqlite', service: 'ailife' }],
    services: { ailife: { health: { url: 'http://127.0.0.1:3100/healthz' } } },
  });
  expect(config.services).toHaveProperty(config.primary ?? '');
});
