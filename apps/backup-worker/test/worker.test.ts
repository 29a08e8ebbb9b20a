import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createProducer, jobIdOf } from '@yoban/shared/bus/producer';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { openCatalog } from '@yoban/sqlite-tools/catalog';
import { takeBackup } from '@yoban/sqlite-tools/take-backup';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Box, listen, makeBox, type Told } from './support/start-worker.ts';

const temp = makeTempDir();
let redis: PrivateRedis;
const cleanUps: (() => unknown)[] = [];
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
});
afterAll(async () => {
  await redis.stop();
  temp.remove();
});

let boxes = 0;
/** A home with one WAL database `game`, and a listener on a Redis emptied of what the test before it left. */
async function newBox(
  at: string,
  databases?: (home: string) => string[],
): Promise<{ box: Box; told: Told; db: Database.Database }> {
  boxes += 1;
  const home = path.join(temp.dir, `h${boxes}`);
  const file = path.join(home, 'game.sqlite');
  const lines = databases?.(home) ?? [`{name: game, path: "${file}", service: ailife, requiredTables: [notes]}`];
  const box = makeBox(home, redis.url, lines, at);
  const db = new Database(file);
  cleanUps.push(() => db.close());
  db.pragma('journal_mode = WAL');
  db.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('first')");
  const producer = createProducer(box.config.redis, createTestLog().log);
  for (const key of ['alertEvent', 'fact', 'backupRun'] as const)
    await (await producer.queue(key)).obliterate({ force: true });
  await producer.close();
  const told = listen(box.config);
  cleanUps.push(() => told.stop());
  return { box, told, db };
}

async function start(box: Box) {
  const worker = await box.startWorker();
  cleanUps.push(() => worker.stop());
  return worker;
}

const textsIn = (file: string): unknown[] => {
  const copy = new Database(file, { readonly: true });
  try {
    return copy.prepare('SELECT text FROM notes').pluck().all();
  } finally {
    copy.close();
  }
};

test('B1: tiers due together run one after another, each leaving its own file, while another process writes', async () => {
  const { box, told, db } = await newBox('2026-03-14T23:59:50');
  await start(box);
  box.clock.now += 11_000;
  let writes = 0;
  await waitFor(
    'three files',
    () => {
      db.prepare('INSERT INTO notes VALUES (?)').run(`n${writes++}`);
      return told.runs().length === 3;
    },
    30_000,
  );
  expect(box.files('hourly')).toEqual(['game_hourly_20260315_000001.sqlite']);
  expect(box.files('daily')).toEqual(['game_daily_20260315_000001.sqlite']);
  expect(box.files('weekly')).toEqual(['game_weekly_20260315_000001.sqlite.gz']);
  expect(told.runs().map((run) => [run.tier, run.state, run.trigger])).toEqual([
    ['hourly', 'ok', 'schedule'],
    ['daily', 'ok', 'schedule'],
    ['weekly', 'ok', 'schedule'],
  ]);
  expect(textsIn(path.join(box.home, 'backups/hourly', box.files('hourly')[0] ?? ''))).toContain('first');
});

test('B6: success raises INFO with size and duration, and one line in backup.log', async () => {
  const { box, told } = await newBox('2026-03-11T14:59:50');
  await start(box);
  box.clock.now += 10_000;
  await waitFor('the message', () => told.events.length > 0);
  expect(told.events).toMatchObject([
    { kind: 'info', level: 'info', service: 'ailife', alertType: 'backup_ok', params: { db: 'game', tier: 'hourly' } },
  ]);
  expect(told.events[0]?.params.sizeMb).toBeGreaterThan(0);
  await waitFor('the overview', () => told.overviews().some((one) => one.files.length === 1));
  expect(told.overviews().at(-1)).toMatchObject({
    service: 'ailife',
    next: { tier: 'hourly', at: isoTime(Date.parse('2026-03-11T18:00:00+09:00')) },
    lastRun: { state: 'ok' },
  });
  expect(box.backupLog()).toMatchObject([{ severity: 'info', event: 'backup.ok', db: 'game', tier: 'hourly' }]);
});

test('B6: a missing database is CRITICAL once, is tried again after 5 minutes, and the recovery is told', async () => {
  const { box, told, db } = await newBox('2026-03-11T14:59:50');
  const file = path.join(box.home, 'game.sqlite');
  db.close();
  rmSync(file);
  const worker = await start(box);
  box.clock.now += 10_000;
  await waitFor('the failure', () => told.runs().length === 1);
  box.clock.now += 5 * MINUTE;
  await waitFor('the second attempt', () => told.runs().length === 2);
  expect(told.runs()[0]).toMatchObject({ state: 'failed', code: 'DB_NOT_FOUND' });

  writeFileSync(file, 'not a database, surely not '.repeat(400));
  box.clock.now += 5 * MINUTE;
  await waitFor('the third attempt', () => told.runs().length === 3);
  expect(told.runs()[2]).toMatchObject({ state: 'failed', code: 'DB_NOT_SQLITE' });

  rmSync(file);
  const again = new Database(file);
  cleanUps.push(() => again.close());
  again.exec('CREATE TABLE notes (text)');
  box.clock.now += 5 * MINUTE;
  await waitFor('the recovery', () => told.events.length === 3);
  expect(told.events.map((event) => `${event.level} ${event.kind} ${event.alertType}`)).toEqual([
    'critical raise backup_failed',
    'critical clear backup_failed',
    'info info backup_ok',
  ]);
  expect(told.events[0]?.params).toMatchObject({ db: 'game', tier: 'hourly', code: 'DB_NOT_FOUND' });
  expect(worker.lines.some((line) => line.event === 'tick.failed')).toBe(false);
});

test('B9: scheduler, catch-up and the path without Redis fire at once and make one file', async () => {
  const { box, told } = await newBox('2026-03-11T14:59:50');
  const first = await start(box);
  await first.stop();
  box.clock.now += 40 * MINUTE;
  const dueAtMs = Date.parse('2026-03-11T15:00:00+09:00');
  const catalog = openCatalog(path.join(box.home, 'backups'));
  cleanUps.push(() => catalog.close());
  const [database] = box.config.databases;
  const producer = createProducer(box.config.redis, createTestLog().log);
  cleanUps.push(() => producer.close());
  const direct = takeBackup(
    {
      db: { name: 'game', path: database?.config.path ?? '', requiredTables: [] },
      ...{ tier: 'hourly', gzip: false, dueAtMs, trigger: 'direct' },
      rotation: { keep: 8, keepForMs: 1 },
    },
    {
      ...{ catalog, backupDir: path.join(box.home, 'backups'), locksDir: box.config.kit.paths.locks },
      ...{ zone: 'Asia/Tokyo', now: () => box.clock.now, record: () => undefined },
    },
  );
  const command = { db: 'game', tier: 'hourly', actor: 'test' } as const;
  const dueAt = isoTime(dueAtMs);
  await Promise.all([
    start(box),
    producer.add('backupRun', 'wake', { ...command, requestId: 'wake', dueAt: null, trigger: 'schedule' }),
    producer.add('backupRun', 'exact', { ...command, requestId: 'exact', dueAt, trigger: 'schedule' }),
    direct,
  ]);
  const queue = await producer.queue('backupRun');
  await waitFor('the commands', async () => {
    const jobs = await Promise.all(['wake', 'exact'].map((id) => queue.getJob(jobIdOf(id))));
    return jobs.every((job) => job?.finishedOn !== undefined);
  });
  await waitFor('the telling', () => told.runs().length === 1);
  expect(box.files('hourly')).toHaveLength(1);
  expect(catalog.run({ db: 'game', tier: 'hourly', dueAtMs })).toMatchObject({ state: 'ok', attempt: 1 });
});

test('B9: after downtime over many due times each tier is caught up once', async () => {
  const { box, told } = await newBox('2026-03-09T01:00:00');
  await (await start(box)).stop();
  box.clock.now = Date.parse('2026-03-11T10:00:00+09:00');
  await start(box);
  await waitFor('two runs', () => told.runs().length === 2, 20_000);
  expect(told.runs().map((run) => [run.tier, run.trigger, run.dueAt])).toEqual([
    ['hourly', 'catch-up', isoTime(Date.parse('2026-03-11T09:00:00+09:00'))],
    ['daily', 'catch-up', isoTime(Date.parse('2026-03-11T00:00:00+09:00'))],
  ]);
});

test('a backup is taken while Redis is dead, and its facts arrive when Redis is back', async () => {
  const { box, told } = await newBox('2026-03-11T14:59:50');
  await start(box);
  await waitFor('the first overview', () => told.overviews().length > 0);
  await redis.kill('SIGKILL');
  box.clock.now += 10_000;
  await waitFor('the file', () => box.files('hourly').length === 1, 20_000);
  expect(told.events).toEqual([]);
  await redis.start();
  await waitFor('the message', () => told.events.length === 1, 30_000);
  expect(told.events[0]).toMatchObject({ alertType: 'backup_ok' });
  await waitFor('the fact', () => told.runs().length === 1);
});

test('B11: several databases in one installation, each with its own tiers', async () => {
  const { box, told } = await newBox('2026-03-11T14:58:50', (home) => [
    `{name: game, path: "${home}/game.sqlite", service: ailife}`,
    `{name: side, path: "${home}/side.sqlite", tiers: {hourly: {cron: "59 14 * * *", gzip: true}}}`,
  ]);
  const side = new Database(path.join(box.home, 'side.sqlite'));
  cleanUps.push(() => side.close());
  side.exec('CREATE TABLE t (a)');
  await start(box);
  box.clock.now += 10_000;
  await waitFor('the run of side', () => told.runs().length === 1);
  box.clock.now += MINUTE;
  await waitFor('the run of game', () => told.runs().length === 2);
  expect(box.files('hourly')).toEqual(['game_hourly_20260311_150000.sqlite', 'side_hourly_20260311_145900.sqlite.gz']);
  expect(new Set(told.events.map((event) => event.service))).toEqual(new Set(['ailife', 'side']));
});

test('a request by the bus is answered with its run, and schedulers stand for the queue pages', async () => {
  const { box, told } = await newBox('2026-03-11T14:00:00');
  await start(box);
  const producer = createProducer(box.config.redis, createTestLog().log);
  cleanUps.push(() => producer.close());
  const base = { requestId: 'r1', dueAt: null, trigger: 'manual', actor: 'test' } as const;
  await producer.add('backupRun', 'r1', { ...base, db: 'game', tier: 'daily' });
  await producer.add('backupRun', 'r2', { ...base, requestId: 'r2', db: 'nowhere', tier: 'daily' });
  const queue = await producer.queue('backupRun');
  const job = await waitFor('the result', async () => {
    const found = await queue.getJob(jobIdOf('r1'));
    return found?.returnvalue ? found : null;
  });
  expect(job.returnvalue).toMatchObject({ state: 'ok', tier: 'daily', trigger: 'manual' });
  expect(existsSync(job.returnvalue.file.path)).toBe(true);
  const refused = await waitFor('the refusal', async () => (await queue.getJob(jobIdOf('r2')))?.failedReason);
  expect(refused).toContain('no database "nowhere"');
  await waitFor('its fact', () => told.runs().length === 1);
  const schedulers = await waitFor('schedulers', async () => {
    const found = await queue.getJobSchedulers();
    return found.length === 3 ? found : null;
  });
  expect(schedulers.map((one) => [one.key, one.pattern, one.tz]).sort()).toEqual([
    ['game-daily', '0 0 * * *', 'Asia/Tokyo'],
    ['game-hourly', '0 */3 * * *', 'Asia/Tokyo'],
    ['game-weekly', '0 0 * * 0', 'Asia/Tokyo'],
  ]);
});

test('a damaged catalog is told, set aside, and backups go on', async () => {
  const { box, told } = await newBox('2026-03-11T14:59:50');
  mkdirSync(path.join(box.home, 'backups'));
  writeFileSync(path.join(box.home, 'backups', 'catalog.sqlite'), 'no catalog at all '.repeat(500));
  await start(box);
  await waitFor('the alert', () => told.events.length === 1);
  expect(told.events[0]).toMatchObject({
    kind: 'raise',
    alertType: 'backup_failed',
    params: { code: 'CATALOG_UNREADABLE' },
  });
  box.clock.now += 10_000;
  await waitFor('the recovery', () => told.events.length === 3);
  expect(told.events.map((event) => event.kind)).toEqual(['raise', 'clear', 'info']);
  expect(existsSync(path.join(box.home, 'backups', 'catalog.sqlite.damaged_20260311_145950'))).toBe(true);
});

test('a stop in mid-backup lets go at once, raises nothing, and the next start takes the run', async () => {
  const { box, told } = await newBox('2026-03-11T14:59:50');
  let reached: () => void = () => undefined;
  const pinned = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const held = await box.startWorker((step) => {
    if (step !== 'pinned') return;
    reached();
    return new Promise<void>(() => undefined);
  });
  box.clock.now += 10_000;
  await pinned;
  const began = performance.now();
  await held.stop();
  expect(performance.now() - began).toBeLessThan(8_000);
  expect(box.files('hourly')).toEqual([]);
  box.clock.now += 30_000;
  await start(box);
  await waitFor('the run', () => told.runs().some((run) => run.state === 'ok'));
  expect(told.runs().map((run) => run.state === 'failed' && run.code)).toEqual(['BACKUP_INTERRUPTED', false]);
  expect(told.events.map((event) => event.kind)).toEqual(['info']);
});

test('B5: rotation leaves what the policy keeps, and the overview counts its bytes', async () => {
  const tiers = 'tiers: {hourly: {cron: "* * * * *", keep: 2, keepFor: 1m}}';
  const { box, told } = await newBox('2026-03-11T14:00:10', (home) => [
    `{name: game, path: "${home}/game.sqlite", service: ailife, ${tiers}}`,
  ]);
  await start(box);
  for (let run = 1; run <= 4; run += 1) {
    box.clock.now += MINUTE;
    await waitFor(`run ${run}`, () => told.runs().length === run);
  }
  await waitFor('the overview', () => told.overviews().at(-1)?.lastRun?.dueAt === told.runs().at(-1)?.dueAt);
  expect(box.files('hourly')).toHaveLength(2);
  const last = told.overviews().at(-1);
  expect(last?.files).toHaveLength(2);
  expect(last?.totalBytes).toBe(last?.files.reduce((sum, file) => sum + file.sizeBytes, 0));
});
