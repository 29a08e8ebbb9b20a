import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import type { CheckOf } from '@yoban/shared/contracts/check';
import { openStore } from '@yoban/shared/facts/open-store';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWatchdogConfig, usualPace } from '../src/config.ts';
import { createService, type WatchdogService } from '../src/service.ts';
import { type BusEar, createBusEar } from './bus-ear.ts';

const temp = makeTempDir();
const dbPath = path.join(temp.dir, 'data', 'game.sqlite');
const goodCopy = path.join(temp.dir, 'good.sqlite');
let redis: PrivateRedis;
let ear: BusEar;
let watchdog: WatchdogService;
let health: http.Server;
let answer: { status: number; body: string } | null = null;
const { log } = createTestLog();

function makeDatabase(): void {
  mkdirSync(path.dirname(dbPath), { recursive: true });
  const db = openStore(dbPath, ['CREATE TABLE memories (id INTEGER PRIMARY KEY, text TEXT)']);
  const add = db.prepare('INSERT INTO memories (text) VALUES (?)');
  db.transaction(() => {
    for (let row = 0; row < 2_000; row += 1) add.run(`memory ${row} `.repeat(10));
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  copyFileSync(dbPath, goodCopy);
}

beforeAll(async () => {
  makeDatabase();
  redis = await startPrivateRedis();
  ear = createBusEar(redis.url);
  health = http.createServer((_, response) => {
    if (answer) response.writeHead(answer.status).end(answer.body);
    else response.destroy();
  });
  await new Promise<void>((resolve) => health.listen(0, '127.0.0.1', resolve));
  const address = health.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  writeFileSync(
    path.join(temp.dir, 'yoban.yml'),
    `version: 1
databases: [{name: game, path: ${dbPath}, service: demo}]
services: {demo: {health: {url: "http://127.0.0.1:${port}/healthz", every: 200ms, timeout: 10s}}}
`,
  );
  answer = { status: 200, body: '{"status":"healthy"}' };
  const env = {
    YOBAN_HOME: path.join(temp.dir, 'home'),
    YOBAN_CONFIG: path.join(temp.dir, 'yoban.yml'),
    HEALTH_URL: `http://127.0.0.1:${port}/api/health`,
    REDIS_URL: redis.url,
  };
  const pace = {
    ...usualPace,
    ...{ databaseEveryMs: 200, integrityGapMs: 0, systemEveryMs: 500, sampleEveryMs: 500 },
    ...{ externalFirstMs: 500, externalEveryMs: 500, externalRecheckMs: 100 },
  };
  watchdog = createService({ ...readWatchdogConfig(env, temp.dir), pace }, log);
  await watchdog.start();
});
afterAll(async () => {
  await watchdog.stop();
  health.closeAllConnections();
  health.close();
  await ear.close();
  await redis.stop();
  temp.remove();
});

const game = (): CheckOf<'database'> | undefined => ear.last('database');
const told = (count: number) => waitFor(`${count} messages`, () => ear.alerts.length >= count);

test('a sound database is proven at the start, and the machine and a service without a supervisor are shown', async () => {
  await waitFor('a passed check', () => game()?.integrityOkAt);
  expect(game()).toMatchObject({ state: 'ok', name: 'game', service: 'demo', error: null });
  const system = await waitFor('the machine', () => {
    const seen = ear.last('system');
    return seen && seen.hostCpuPercent !== null ? seen : null;
  });
  expect(system.diskFreeGb).toBeGreaterThan(0);
  expect(system.netLatencyMs).toBeGreaterThanOrEqual(0);
  expect(ear.last('process')).toMatchObject({ state: 'up', supervisor: 'none', pid: null });
});

test('a database overwritten with garbage is told, and sound again only when its successor was proven', async () => {
  writeFileSync(dbPath, 'garbage '.repeat(4_000));
  await told(1);
  expect(ear.alerts[0]).toMatchObject({
    kind: 'raise',
    level: 'critical',
    alertType: 'database_corrupt',
    params: { db: 'game', detail: 'the file is not a SQLite database (wrong-magic)' },
  });
  expect(game()?.state).toBe('not-sqlite');
  copyFileSync(goodCopy, `${dbPath}.new`);
  rmSync(`${dbPath}-wal`, { force: true });
  rmSync(`${dbPath}-shm`, { force: true });
  renameSync(`${dbPath}.new`, dbPath);
  await told(2);
  expect(ear.told()).toEqual(['raise database_corrupt', 'clear database_corrupt']);
  await waitFor('it as people see it', () => game()?.state === 'ok');
  expect(Date.parse(game()?.integrityOkAt ?? '')).toBeGreaterThan(Date.parse(ear.alerts[0]?.at ?? ''));
});

test('damage inside a file with a sound header is found when liveness falls, and silence is its child', async () => {
  ear.forget();
  const bytes = readFileSync(goodCopy);
  bytes.fill(0xff, 8_192, 40_000);
  writeFileSync(dbPath, bytes);
  answer = { status: 500, body: '' };
  await waitFor('the damage to be told', () => ear.told().includes('raise database_corrupt'));
  await waitFor('it as people see it', () => game()?.state === 'corrupt');
  copyFileSync(goodCopy, `${dbPath}.new`);
  renameSync(`${dbPath}.new`, dbPath);
  answer = { status: 200, body: '{"status":"healthy"}' };
  await waitFor('all to be well', () => {
    const open = new Set<string>();
    for (const { kind, alertType } of ear.alerts) {
      if (kind === 'raise') open.add(alertType);
      if (kind === 'clear') open.delete(alertType);
    }
    return ear.told().includes('clear database_corrupt') && open.size === 0;
  });
});

test('H6: the check from outside tells unhealthy and its recovery, and keeps a line of each check', async () => {
  ear.forget();
  const reason = { check: 'process', code: 'memory_gone', impact: 'unhealthy' };
  answer = { status: 200, body: JSON.stringify({ status: 'unhealthy', reasons: [reason] }) };
  await told(1);
  expect(ear.alerts[0]).toMatchObject({ alertType: 'service_unhealthy', params: { reasons: 'memory_gone' } });
  answer = { status: 200, body: '{"status":"healthy"}' };
  await told(2);
  expect(ear.told()).toEqual(['raise service_unhealthy', 'clear service_unhealthy']);
  const lines = readFileSync(path.join(temp.dir, 'home', 'logs', 'health-check.log'), 'utf8')
    .trim()
    .split('\n');
  expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({ ok: true, status: 'healthy', attempts: 1 });
});

test('H6: with the app alive, a health endpoint that answers something else is a fault of the kit', async () => {
  ear.forget();
  answer = { status: 200, body: 'not a health response' };
  await told(1);
  expect(ear.alerts[0]).toMatchObject({
    alertType: 'kit_down',
    params: { serviceUp: true, detail: 'HTTP 200, no health response' },
  });
  answer = { status: 200, body: '{"status":"healthy"}' };
  await told(2);
  expect(ear.told()).toEqual(['raise kit_down', 'clear kit_down']);
});

test('H6: a link in the place of its log is not followed, and the check goes on', async () => {
  const log = path.join(temp.dir, 'home', 'logs', 'health-check.log');
  const bytes = readFileSync(goodCopy);
  rmSync(log);
  symlinkSync(goodCopy, log);
  ear.forget();
  answer = { status: 200, body: 'not a health response' };
  await told(1);
  answer = { status: 200, body: '{"status":"healthy"}' };
  await told(2);
  expect(ear.told()).toEqual(['raise kit_down', 'clear kit_down']);
  expect(readFileSync(goodCopy).equals(bytes)).toBe(true);
});
