import path from 'node:path';
import { type FakeContainer, fakeEngineSecret } from '@yoban/shared/testing/fake-containers';
import { type FakeEngine, startFakeEngine } from '@yoban/shared/testing/fake-engine';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ComposeOptions, createCompose } from '../src/supervisors/compose.ts';
import type { Supervisor, SupervisorEvent } from '../src/supervisors/supervisor.ts';

const times = {
  ...{ askMs: 20_000, beatMs: 100, retry: { baseMs: 20, capMs: 100 } },
  ...{ actMs: 20_000, runMs: 20_000 },
};
/** Where the engine hangs: long enough for one that only waits for its turn on a busy machine. */
const brief = { ...times, askMs: 2_000 };
const labels = (service: string, project = 'shop', number = '1') => ({
  'com.docker.compose.service': service,
  'com.docker.compose.project': project,
  'com.docker.compose.container-number': number,
});

let temp: ReturnType<typeof makeTempDir>;
let engine: FakeEngine;
let web: FakeContainer;
let events: SupervisorEvent[];
let ends: (() => void)[];
beforeEach(async () => {
  temp = makeTempDir();
  engine = await startFakeEngine(path.join(temp.dir, 'docker.sock'));
  web = engine.add({ name: 'shop-web-1', labels: labels('web'), policy: { name: 'always' }, memoryBytes: 268_435_456 });
  [events, ends] = [[], []];
});
afterEach(async () => {
  for (const end of ends) end();
  await engine.stop();
  temp.remove();
});

const compose = (more: Partial<ComposeOptions> = {}, paces = times): Supervisor =>
  createCompose({ service: 'web', project: null, host: engine.url, ...more }, paces);
const watched = async (more: Partial<ComposeOptions> = {}, paces = times): Promise<Supervisor> => {
  const supervisor = compose(more, paces);
  ends.push(supervisor.watch((event) => events.push(event)));
  await waitFor('the first word', () => events.length > 0);
  return supervisor;
};
const told = () => events.map(({ event }) => event);

test('what it describes is what the engine says of the container, and nothing of its secrets', async () => {
  const status = await compose().describe();
  expect(status).toEqual({
    ...{ state: 'online', pid: web.pid, startedAt: Date.parse(web.startedAt), restarts: 0, unstableRestarts: null },
    ...{ restartLimit: null, minUptimeMs: null, memoryLimitMb: 256, gaveUp: false },
    startTicks: Math.floor(Date.parse(web.startedAt) / 10),
  });
  expect(JSON.stringify(status)).not.toContain(fakeEngineSecret);
});

test.each([
  ['created', {}, 'stopped', false],
  ['exited', { exitCode: 0 }, 'stopped', false],
  ['exited', { exitCode: 143 }, 'stopped', false],
  ['exited', { exitCode: 137 }, 'stopped', false],
  ['exited', { exitCode: 137, oomKilled: true }, 'errored', true],
  ['exited', { exitCode: 3 }, 'errored', true],
  ['exited', { exitCode: 127 }, 'errored', true],
  ['restarting', { exitCode: 3 }, 'waiting-restart', false],
] as const)('%s %j is %s, given up: %s', async (status, more, state, gaveUp) => {
  Object.assign(web, { status, pid: 0, ...more });
  await expect(compose().describe()).resolves.toMatchObject({ state, gaveUp, pid: null });
});

test('a limit of restarts is the one of on-failure, and all restarts count against it', async () => {
  engine.add({ name: 'job', labels: labels('job'), policy: { name: 'on-failure', tries: 3 } }).restarts = 2;
  await expect(compose({ service: 'job' }).describe()).resolves.toMatchObject({
    ...{ restarts: 2, unstableRestarts: 2, restartLimit: 3 },
  });
});

test('of several containers the first counts, of an old and a new one the one that runs; a compose run is none of them', async () => {
  engine.add({ name: 'shop-web-2', labels: labels('web', 'shop', '2') });
  engine.add({ name: 'shop-web-run', labels: { ...labels('web', 'shop', '0'), 'com.docker.compose.oneoff': 'True' } });
  await expect(compose().describe()).resolves.toMatchObject({ pid: web.pid });
  const next = engine.add({ name: 'new_shop-web-1', labels: labels('web') });
  Object.assign(web, { status: 'exited', pid: 0 });
  await expect(compose().describe()).resolves.toMatchObject({ pid: next.pid });
});

test('a service that two projects have is not guessed', async () => {
  const other = engine.add({ name: 'blog-web-1', labels: labels('web', 'blog') });
  await expect(compose().describe()).rejects.toMatchObject({
    ...{ code: 'SUPERVISOR_UNAVAILABLE', message: 'several projects have a service web: shop, blog' },
    hint: expect.stringContaining('project'),
  });
  await expect(compose({ project: 'blog' }).describe()).resolves.toMatchObject({ pid: other.pid });
});

test('a service that is not there, and an engine that is not, hangs, refuses or is something else, are told apart', async () => {
  const reach = (more: Partial<ComposeOptions> = {}, paces = times) =>
    compose(more, paces)
      .describe()
      .then(
        () => 'fine',
        (error: { code: string; hint: string; fields: { reach?: string } }) => {
          expect(error.code).toBe('SUPERVISOR_UNAVAILABLE');
          expect(error.hint.length).toBeGreaterThan(20);
          return error.fields.reach ?? '';
        },
      );
  expect(await reach({ service: 'nobody' })).toBe('gone');
  expect(await reach({ host: `unix://${temp.dir}/none.sock` })).toBe('missing');
  expect(await reach({ host: 'tcp://127.0.0.1:1' })).toBe('refused');
  engine.script([{ do: 'hang' }]);
  expect(await reach({}, brief)).toBe('silent');
  engine.script([{ do: 'reset-after-accept' }]);
  expect(await reach()).toBe('silent');
  engine.script([{ do: 'reply', status: 200, body: '<html>' }]);
  expect(await reach()).toBe('foreign');
  engine.script([{ do: 'reply', status: 200, body: '[{"Id":"../../x"}]' }]);
  expect(await reach()).toBe('foreign');
  engine.script([{ do: 'reply', status: 400, body: '{"message":"client version 1.1 is too old"}' }]);
  await expect(compose().describe()).rejects.toThrow('client version 1.1 is too old');
});

test('a proxy that does not list, or lists and does not show, is not taken for a service that is not there', async () => {
  const forbidden = { do: 'reply', status: 403, body: '<html>Forbidden</html>' } as const;
  for (const steps of [[forbidden], [{ do: 'ok' }, forbidden]] as const) {
    engine.script(steps);
    const said = await compose()
      .describe()
      .catch((error: unknown) => error);
    expect(said).toMatchObject({ code: 'SUPERVISOR_UNAVAILABLE', hint: expect.stringContaining('proxy has to let') });
    expect(said).not.toHaveProperty('fields.reach');
  }
});

test('without memory and CPU the process is seen all the same', async () => {
  engine.script([
    { do: 'ok' },
    { do: 'ok' },
    { do: 'ok' },
    { do: 'reply', status: 403 },
    { do: 'reply', status: 200, body: '{}' },
  ]);
  const supervisor = await watched();
  expect([told(), supervisor.use()]).toEqual([['online'], null]);
  expect(supervisor.processNow()?.pid).toBe(web.pid);
});

test('exits and starts are pushed at once, with the time of the engine', async () => {
  // A beat that does not come while this test waits: what is heard was pushed.
  const supervisor = await watched({}, { ...times, beatMs: 120_000 });
  const first = supervisor.processNow();
  expect([told(), first?.pid]).toEqual([['online'], web.pid]);
  const before = Date.now();
  engine.crash(web, 3);
  await waitFor('both', () => events.length === 3);
  expect(told()).toEqual(['online', 'exit', 'online']);
  expect(events[2]?.restarts).toBe(1);
  expect(events[1]?.at).toBeGreaterThanOrEqual(before);
  expect(supervisor.processNow()).toMatchObject({ pid: web.pid });
  expect(supervisor.processNow()?.startTicks).toBeGreaterThanOrEqual(first?.startTicks ?? 0);
});

test('an engine that gives up is heard, and a container that is removed or put in the place of another is seen', async () => {
  web.policy = { name: 'on-failure', tries: 0 };
  web.broken = true;
  web.policy = { name: 'no' };
  const supervisor = await watched();
  engine.crash(web, 3);
  await waitFor('the end', () => told().includes('gave-up'));
  expect(told()).toEqual(['online', 'exit', 'gave-up']);
  expect(supervisor.processNow()).toBeNull();
  engine.remove(web);
  const next = engine.add({ name: 'shop-web-1', labels: labels('web') });
  await waitFor('the new one', () => supervisor.processNow()?.pid === next.pid);
  expect(told().at(-1)).toBe('online');
  engine.remove(next);
  await waitFor('its end', () => supervisor.processNow() === null);
});

test('what no event told is seen at the next beat', async () => {
  const supervisor = await watched();
  Object.assign(web, { pid: 77, startedAt: new Date(Date.now() + 60_000).toISOString(), restarts: 5 });
  await waitFor('the other process', () => supervisor.processNow()?.pid === 77);
  expect(told()).toEqual(['online', 'exit', 'online']);
  expect(events.at(-1)?.restarts).toBe(5);
});

test('memory without the cache, and CPU between two samples, of the process that runs', async () => {
  const supervisor = await watched();
  await waitFor('the memory', () => supervisor.use()?.memoryMb === 50);
  expect(supervisor.use()?.cpuPercent).toBeNull();
  // 40 % by the clock: a timer of the test's own would be behind it on a busy machine.
  const began = performance.now();
  Object.defineProperty(web, 'cpuNs', { get: () => (performance.now() - began) * 0.4e6, set: () => undefined });
  const percent = await waitFor('a rate', () => supervisor.use()?.cpuPercent);
  expect(percent).toBeGreaterThan(20);
  expect(percent).toBeLessThan(60);
  engine.crash(web, 1);
  await waitFor('a reading of the next one', () => supervisor.use()?.cpuPercent === null);
});

test('a stream that is cut, and an engine that is away or silent, leave the process unknown until it is heard again', async () => {
  const supervisor = await watched({}, brief);
  engine.cutStreams();
  await waitFor('it to be heard again', () => told().length === 3);
  expect(told()).toEqual(['online', 'away', 'online']);
  engine.script([{ do: 'outage' }]);
  await waitFor('the outage', () => supervisor.processNow() === undefined);
  expect([told().at(-1), supervisor.use()]).toEqual(['away', null]);
  engine.crash(web, 3);
  engine.script([]);
  await waitFor('it to be heard again', () => supervisor.processNow() !== undefined);
  expect(supervisor.processNow()?.pid).toBe(web.pid);
  engine.script([{ do: 'hang', times: 1_000 }]);
  await waitFor('the silence', () => supervisor.processNow() === undefined);
  expect(told().slice(3)).toEqual(['away', 'online', 'away']);
  engine.script([]);
  await waitFor('it to be heard again', () => supervisor.processNow()?.pid === web.pid);
});

test('a service that is not there yet does not run, and is seen when it comes', async () => {
  const supervisor = await watched({ service: 'later' });
  expect([told(), supervisor.processNow()]).toEqual([['exit'], null]);
  const later = engine.add({ name: 'later', labels: labels('later') });
  await waitFor('it', () => supervisor.processNow()?.pid === later.pid);
});

test('nothing is heard or asked after the end of a watch', async () => {
  const supervisor = await watched();
  for (const end of ends.splice(0)) end();
  await waitFor('the end of the stream', () => engine.streams === 0);
  engine.crash(web, 3);
  const asked = engine.requests().length;
  await new Promise((resolve) => setTimeout(resolve, 3 * times.beatMs));
  expect([told(), engine.requests().length, supervisor.processNow()]).toEqual([['online'], asked, undefined]);
});

test('stop, start and restart do what they say, and nothing where it is so', async () => {
  const supervisor = compose();
  const acts = () =>
    engine.requests().flatMap(({ method, path: at }) => (method === 'POST' ? [at.split('/').at(-1)] : []));
  await supervisor.stop();
  await supervisor.stop();
  expect([web.status, acts()]).toEqual(['exited', ['stop']]);
  await supervisor.start();
  const { pid } = web;
  await supervisor.start();
  expect([web.status, web.pid, acts()]).toEqual(['running', pid, ['stop', 'start']]);
  await supervisor.restart();
  expect(web.pid).not.toBe(pid);
  web.status = 'paused';
  await supervisor.start();
  expect([web.status, acts().slice(-2)]).toEqual(['running', ['stop', 'start']]);
  Object.assign(web, { status: 'restarting', pid: 0, restarts: 4 });
  await supervisor.start();
  expect([web.status, web.restarts, acts().slice(-2)]).toEqual(['running', 0, ['stop', 'start']]);
});

test('a start that comes to nothing is a failure, with the exit code or the words of the engine', async () => {
  const supervisor = compose();
  Object.assign(web, { broken: true, policy: { name: 'no' } });
  await expect(supervisor.restart()).rejects.toMatchObject({
    ...{ code: 'SUPERVISOR_FAILED', message: 'web: it ended at once, with exit code 1' },
    hint: expect.stringContaining('docker compose logs web'),
  });
  engine.script([
    ...[{ do: 'ok' } as const, { do: 'ok' } as const],
    { do: 'reply', status: 500, body: '{"message":"port is already allocated"}' },
  ]);
  await expect(supervisor.start()).rejects.toThrow('could not start web: port is already allocated');
});

test('there is no log file, and no life of a supervisor beside the container', async () => {
  expect(await compose().logFiles()).toEqual({ out: null, error: null });
  expect(compose().generation()).toBeNull();
});
