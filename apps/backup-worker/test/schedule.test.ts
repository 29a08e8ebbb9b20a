import path from 'node:path';
import { createProducer, jobIdOf } from '@yoban/shared/bus/producer';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { untilBusAnswers } from '@yoban/shared/testing/ready-producer';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { openCatalog } from '@yoban/sqlite-tools/catalog';
import { takeBackup } from '@yoban/sqlite-tools/take-backup';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { useBoxes } from './support/use-boxes.ts';

const { newBox, start, cleanUp } = useBoxes();

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

test('B9: scheduler, catch-up and the path without Redis fire at once and make one file', async () => {
  const { box, told } = await newBox('2026-03-11T14:59:50');
  const first = await start(box);
  await first.stop();
  box.clock.now += 40 * MINUTE;
  const dueAtMs = Date.parse('2026-03-11T15:00:00+09:00');
  const catalog = openCatalog(path.join(box.home, 'backups'));
  cleanUp(() => catalog.close());
  const [database] = box.config.databases;
  const producer = createProducer(box.config.redis, createTestLog().log);
  await untilBusAnswers(producer);
  cleanUp(() => producer.close());
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
  await waitFor('two runs', () => told.runs().length === 2);
  expect(told.runs().map((run) => [run.tier, run.trigger, run.dueAt])).toEqual([
    ['hourly', 'catch-up', isoTime(Date.parse('2026-03-11T09:00:00+09:00'))],
    ['daily', 'catch-up', isoTime(Date.parse('2026-03-11T00:00:00+09:00'))],
  ]);
});

test('B11: several databases in one installation, each with its own tiers', async () => {
  const { box, told } = await newBox('2026-03-11T14:58:50', (home) => [
    `{name: game, path: "${home}/game.sqlite", service: ailife}`,
    `{name: side, path: "${home}/side.sqlite", tiers: {hourly: {cron: "59 14 * * *", gzip: true}}}`,
  ]);
  const side = new Database(path.join(box.home, 'side.sqlite'));
  cleanUp(() => side.close());
  side.exec('CREATE TABLE t (a)');
  await start(box);
  box.clock.now += 10_000;
  await waitFor('the run of side', () => told.runs().length === 1);
  box.clock.now += MINUTE;
  await waitFor('the run of game', () => told.runs().length === 2);
  expect(box.files('hourly')).toEqual(['game_hourly_20260311_150000.sqlite', 'side_hourly_20260311_145900.sqlite.gz']);
  const services = () => new Set(told.events.map((event) => event.service));
  await waitFor('both messages', () => services().size === 2);
  expect(services()).toEqual(new Set(['ailife', 'side']));
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
  await waitFor('the message', () => told.events.length > 0);
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
  expect(last?.keepByTier).toEqual({ hourly: 2, daily: 7, weekly: 4 });
  expect(last?.totalBytes).toBe(last?.files.reduce((sum, file) => sum + file.sizeBytes, 0));
});
