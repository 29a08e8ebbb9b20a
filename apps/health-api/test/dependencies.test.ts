import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pendingFacts } from '@yoban/shared/facts/fact-outbox';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { readyProducer } from '@yoban/shared/testing/ready-producer';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../src/listen.ts';
import { type Api, feed, startApi } from './start-api.ts';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(() => redis.stop());

const codes = async (api: Api) => (await api.health()).reasons.map((one) => one.code);
/** The start does not wait for a busy Redis: what it did not hear then, a tick asks again. */
const untilBus = (api: Api, state: 'ok' | 'unsafe') =>
  waitFor(`bus ${state}`, async () => {
    api.tick();
    return (await api.health()).checks.kit.bus === state;
  });
const backUp = (api: Api) =>
  fetch(`${api.url}/api/backups`, {
    method: 'POST',
    headers: { ...api.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ db: 'game', tier: 'hourly' }),
  });

test('H1: without Redis everything is still answered, degraded, and a command says why it cannot be taken', async () => {
  const api = await startApi({ redisUrl: `unix://${redis.dir}/nobody.sock` });
  await feed(api);
  expect((await api.health()).checks.kit).toEqual({ bus: 'down', store: 'ok' });
  expect(await codes(api)).toEqual(['bus_down']);
  expect((await api.health()).status).toBe('degraded');
  expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${api.url}/livez`)).status).toBe(200);
  expect((await fetch(`${api.url}/api/metrics`, { headers: api.headers })).status).toBe(200);
  const refused = await backUp(api);
  expect([refused.status, (await refused.json()).code]).toEqual([503, 'BUS_UNAVAILABLE']);
  expect((await fetch(`${api.url}/admin/queues`, { headers: api.headers })).status).toBe(503);
  const began = performance.now();
  await api.close();
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('H1: a Redis that hangs is seen as down and hangs no answer; its return is noticed', async () => {
  const own = await startPrivateRedis();
  const api = await startApi({ redisUrl: own.url });
  await feed(api);
  await untilBus(api, 'ok');
  process.kill(own.pid, 'SIGSTOP');
  api.tick();
  await waitFor('bus down', async () => (await api.health()).checks.kit.bus === 'down');
  const began = performance.now();
  expect((await backUp(api)).status).toBe(503);
  // Three seconds are by design.
  expect(performance.now() - began).toBeLessThan(10_000);
  process.kill(own.pid, 'SIGCONT');
  await untilBus(api, 'ok');
  await api.close();
  await own.stop();
});

test('O2: a Redis that can lose data makes degraded and names the setting', async () => {
  const own = await startPrivateRedis({ appendonly: false });
  const api = await startApi({ redisUrl: own.url });
  await feed(api);
  await untilBus(api, 'unsafe');
  expect(await codes(api)).toEqual(['bus_unsafe']);
  expect(api.lines.find((line) => line.event === 'bus.unsafe')?.detail).toBe('appendonly no');
  await api.close();
  await own.stop();
});

test('H1: a store that is no database is said, worked around in memory and used again once it can be', async () => {
  const home = makeTempDir();
  const file = path.join(home.dir, 'state', 'health.sqlite');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'this is not a database, and long enough to be looked at as one '.repeat(40));
  const api = await startApi({ home: home.dir, redisUrl: redis.url });
  await feed(api);
  expect((await api.health()).checks.kit.store).toBe('down');
  expect(await codes(api)).toEqual(['store_down']);
  expect((await api.health()).checks.llm).toMatchObject({ status: 'ok', avg_response_ms: 1_200 });
  expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  rmSync(file);
  api.context.store.check();
  expect((await api.health()).checks.kit.store).toBe('ok');
  // What was learnt meanwhile is in the file.
  const kept = api.context.store.read((db) => db.records.newest('overview', 5));
  expect(kept.map((one) => one.id)).toEqual(['game']);
  await api.close();
  home.remove();
});

test('H3: totals of a run without its file are added to the file’s when it comes back', async () => {
  const first = await startApi();
  const tip = { deltas: { tips: [[500, 5, 'ok'] as [number, number, 'ok']] } };
  await first.post(tip);
  await first.app.close();
  await first.context.store.close();
  const file = first.config.storeFile;
  renameSync(file, `${file}.away`);
  mkdirSync(file);
  const second = await startApi({ home: first.home });
  expect((await second.health()).checks.kit.store).toBe('down');
  await second.post({ ...tip, instance: 'two' });
  rmSync(file, { recursive: true });
  renameSync(`${file}.away`, file);
  second.context.store.check();
  const metrics = await (await fetch(`${second.url}/api/metrics`, { headers: second.headers })).json();
  expect(metrics.totals.tips_total).toBe(2);
  await second.close();
  await first.close();
});

test('H1: a store that is deleted while it is in use is noticed, said and made anew', async () => {
  const api = await startApi({ redisUrl: redis.url });
  const file = api.config.storeFile;
  await feed(api);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  api.context.store.check();
  expect((await api.health()).checks.kit.store).toBe('down');
  await feed(api);
  api.context.store.check();
  expect((await api.health()).checks.kit.store).toBe('ok');
  expect(existsSync(file)).toBe(true);
  expect((await api.health()).checks.llm.status).toBe('ok');
  await api.close();
});

test('H1: rows of the store that are no JSON are passed over and said; the others are recalled', async () => {
  const first = await startApi();
  await feed(first);
  first.tick();
  await first.app.close();
  await first.context.store.close();
  const db = new Database(first.config.storeFile);
  db.exec("INSERT INTO record (kind, id, at, value) VALUES ('overview', 'bad', 1, '{')");
  db.exec("INSERT INTO latest (name, value, at) VALUES ('counters/bad', '', 1)");
  db.close();
  const second = await startApi({ home: first.home, at: first.clock.ms });
  const said = second.lines.filter((line) => line.event === 'store.row_unreadable');
  expect(said.map((line) => `${line.table} ${line.id}`)).toEqual(['record/overview bad', 'latest counters/bad']);
  expect([...second.context.model.overviews.keys()]).toEqual(['game']);
  expect((await second.health()).checks.kit.store).toBe('ok');
  await second.close();
  await first.close();
});

test('A9: a warning goes to the alerter by two bad evaluations, once, also across a restart', async () => {
  const own = await startPrivateRedis();
  const bus = await readyProducer(own.url);
  const sent = async () => {
    const queue = await bus.queue('alertEvent');
    return (await queue.getJobs()).map((job) => job.data.id);
  };
  const first = await startApi({ redisUrl: own.url });
  const bad = async (api: Api) => {
    api.clock.ms += 5_000;
    await feed(api, { process: { memoryMb: 500 } });
    api.tick();
  };
  await bad(first);
  expect(await sent()).toEqual([]);
  await bad(first);
  await waitFor('the event', async () => (await sent()).length === 1);
  await first.app.close();
  await first.context.store.close();
  const second = await startApi({ redisUrl: own.url, home: first.home, at: first.clock.ms });
  await bad(second);
  await bad(second);
  const [raised = ''] = await sent();
  expect(await sent()).toEqual([expect.stringMatching(/^health-ailife-memory_high-\d+-1-raise$/)]);
  for (let i = 0; i < 2; i++) {
    second.clock.ms += 5_000;
    await feed(second);
    second.tick();
  }
  await waitFor('the clear', async () => (await sent()).includes(raised.replace('raise', 'clear')));
  await second.close();
  await first.close();
  await bus.close();
  await own.stop();
});

test('A9: with the bus away events wait in the store', async () => {
  const api = await startApi({ redisUrl: `unix://${redis.dir}/nobody.sock` });
  for (let i = 0; i < 2; i++) {
    api.clock.ms += 5_000;
    await feed(api, { process: { cpuSustained: true } });
    api.tick();
  }
  const waiting = api.context.store.read(({ db }) => pendingFacts(db, 10)).map((row) => row.id);
  expect(waiting).toEqual([expect.stringMatching(/^health-ailife-cpu_high-\d+-1-raise$/)]);
  await api.close();
});

test('O2: a port that is taken is a clear refusal', async () => {
  const api = await startApi();
  const port = Number(new URL(api.url).port);
  const other = fastify();
  await expect(listen(other, '127.0.0.1', port)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
  await Promise.all([api.close(), other.close()]);
});
