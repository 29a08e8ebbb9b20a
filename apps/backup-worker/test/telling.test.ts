import { existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createProducer, jobIdOf } from '@yoban/shared/bus/producer';
import { HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { untilBusAnswers } from '@yoban/shared/testing/ready-producer';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { makeBox } from './support/start-worker.ts';
import { useBoxes } from './support/use-boxes.ts';

const { redis, newBox, start, cleanUp } = useBoxes();

/** A worker whose database is missing, which has told of it. */
async function failing() {
  const { box, told, db } = await newBox('2026-03-11T14:59:50');
  const file = path.join(box.home, 'game.sqlite');
  db.close();
  rmSync(file);
  const worker = await start(box);
  box.clock.now += 10_000;
  await waitFor('the failure', () => told.runs().length === 1 && told.events.length === 1);
  return { box, told, file, worker };
}

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
  const { box, told, file, worker } = await failing();
  box.clock.now += 5 * MINUTE;
  await waitFor('the second attempt', () => told.runs().length === 2);
  expect(told.runs()[0]).toMatchObject({ state: 'failed', code: 'DB_NOT_FOUND' });

  writeFileSync(file, 'not a database, surely not '.repeat(400));
  box.clock.now += 5 * MINUTE;
  await waitFor('the third attempt', () => told.runs().length === 3);
  expect(told.runs()[2]).toMatchObject({ state: 'failed', code: 'DB_NOT_SQLITE' });

  rmSync(file);
  const again = new Database(file);
  cleanUp(() => again.close());
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

test('B2: a write-ahead log over its limit is a WARNING, and is told when it is small again', async () => {
  const { box, told, db } = await newBox('2026-03-11T14:59:50');
  const wal = path.join(box.home, 'game.sqlite-wal');
  // Beyond its last frame a log may hold anything: SQLite reads up to that frame only.
  truncateSync(wal, 300_000_000);
  await start(box);
  box.clock.now += 10_000;
  const aboutWal = () => told.events.filter(({ alertType }) => alertType === 'wal_large');
  await waitFor('the warning', () => aboutWal().length === 1);
  expect(aboutWal()[0]).toMatchObject({
    ...{ kind: 'raise', level: 'warning', service: 'ailife' },
    params: { db: 'game', sizeMb: 300 },
  });
  expect(statSync(wal).size).toBe(300_000_000);
  db.pragma('wal_checkpoint(TRUNCATE)');
  box.clock.now += 3 * HOUR;
  await waitFor('its end', () => aboutWal().length === 2);
  expect(aboutWal()[1]).toMatchObject({ kind: 'clear' });
});

test.each(['name: other, service: ailife', 'name: game'])(
  'B6: an alert that only a database holds open which is configured no more, or not for that service, is over at the next start: %s',
  async (now) => {
    const { box, told, file, worker } = await failing();
    await worker.stop();
    const other = makeBox(box.home, redis().url, [`{${now}, path: "${file}"}`], '2026-03-11T15:01:00');
    await start(other);
    await waitFor('its end', () => told.events.length === 2);
    expect(told.events.map((event) => `${event.kind} ${event.service} ${event.alertType}`)).toEqual([
      'raise ailife backup_failed',
      'clear ailife backup_failed',
    ]);
  },
);

test('a backup is taken while Redis is dead, and its facts arrive when Redis is back', async () => {
  const { box, told } = await newBox('2026-03-11T14:59:50');
  await start(box);
  await waitFor('the first overview', () => told.overviews().length > 0);
  await redis().kill('SIGKILL');
  box.clock.now += 10_000;
  await waitFor('the file', () => box.files('hourly').length === 1);
  expect(told.events).toEqual([]);
  await redis().start();
  await waitFor('the message', () => told.events.length === 1, 30_000);
  expect(told.events[0]).toMatchObject({ alertType: 'backup_ok' });
  await waitFor('the fact', () => told.runs().length === 1);
});

test('a request by the bus is answered with its run, and schedulers stand for the queue pages', async () => {
  const { box, told } = await newBox('2026-03-11T14:00:00');
  await start(box);
  const producer = createProducer(box.config.redis, createTestLog().log);
  await untilBusAnswers(producer);
  cleanUp(() => producer.close());
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
