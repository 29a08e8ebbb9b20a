import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { isRestoreWaiting, takeDbLock } from '../src/db-lock.ts';
import { ownIdentity } from '../src/process-identity.ts';
import { killParties, type Party, startParty } from './support/start-party.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
afterEach(killParties);

let name: { dir: string; db: string };
let file: string;
let count = 0;
beforeEach(() => {
  count += 1;
  name = { dir: path.join(temp.dir, `locks-${count}`), db: 'game' };
  file = path.join(name.dir, 'game.lock');
});

const startLocker = (where: 'here' | 'elsewhere' = 'here') => startParty('lock-party', [name.dir, name.db], where);

for (const where of ['here', 'elsewhere'] as const) {
  test(`rule 5: a holder ${where} is seen and named, and its SIGKILL frees the lock at once`, async () => {
    const holder = await startLocker(where);
    expect(await isRestoreWaiting(name)).toBe(false);
    expect(await holder.ask('take')).toBe('taken');
    expect(await isRestoreWaiting(name)).toBe(true);
    const host = where === 'here' ? hostname() : 'elsewhere';
    await expect(takeDbLock(name)).rejects.toMatchObject({
      code: 'DB_LOCKED',
      message: expect.stringMatching(
        new RegExp(`^another restore of game is running \\(pid \\d+ on ${host}, since 20`),
      ),
    });
    await holder.kill();
    expect(await isRestoreWaiting(name)).toBe(false);
    await (await takeDbLock(name)).release();
  });
}

test('rule 5: a holder elsewhere sees the lock that is taken here', async () => {
  const other = await startLocker('elsewhere');
  const lock = await takeDbLock(name);
  expect(await other.ask('look 500 times')).toBe('seen 500');
  expect(await other.ask('take')).toContain(`pid ${process.pid} on ${hostname()}`);
  await lock.release();
  expect(await other.ask('look 500 times')).toBe('seen 0');
  expect(await other.ask('take')).toBe('taken');
});

test('rule 5: a stopped holder holds the lock still', async () => {
  const holder = await startLocker();
  await holder.ask('take');
  process.kill(holder.pid, 'SIGSTOP');
  expect(await isRestoreWaiting(name)).toBe(true);
  await expect(takeDbLock(name)).rejects.toMatchObject({ code: 'DB_LOCKED' });
  await holder.kill();
  expect(await isRestoreWaiting(name)).toBe(false);
});

test('rule 5: of many takers, here and elsewhere, exactly one gets the lock, each time', async () => {
  const takers = await Promise.all(
    (['here', 'elsewhere', 'here', 'elsewhere', 'here', 'elsewhere'] as const).map(startLocker),
  );
  for (let round = 0; round < 8; round += 1) {
    const answers = await Promise.all(takers.map((taker) => taker.ask('take')));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith('DB_LOCKED'))).toHaveLength(takers.length - 1);
    await takers[answers.indexOf('taken')]?.ask('release');
  }
});

test('rule 5: looks do not see each other, and do not keep a taker out', async () => {
  await (await takeDbLock(name)).release();
  const lookers: Party[] = [await startLocker(), await startLocker('elsewhere')];
  const alone = lookers.map((looker) => looker.ask('look 500 times'));
  expect(await Promise.all(alone)).toEqual(['seen 0', 'seen 0']);
  let looking = true;
  const looks = Promise.all(lookers.map((looker) => looker.ask('look 500 times'))).finally(() => {
    looking = false;
  });
  // Nothing in taking a lock waits for the event loop, which brings the answers.
  for (; looking; await nextTurn()) await (await takeDbLock(name)).release();
  await looks;
});

test('rule 5: the lock stays with its process, also when nobody kept what takeDbLock gave', async () => {
  const holder = await startLocker();
  await holder.ask('take and forget');
  expect(await isRestoreWaiting(name)).toBe(true);
});

test('a lock that was let go leaves an empty file, and nothing else', async () => {
  const lock = await takeDbLock(name);
  await expect(takeDbLock(name)).rejects.toMatchObject({ code: 'DB_LOCKED' });
  expect(await isRestoreWaiting(name)).toBe(true);
  await lock.release();
  await lock.release();
  expect(await isRestoreWaiting(name)).toBe(false);
  expect(readdirSync(name.dir)).toEqual(['game.lock']);
  expect(statSync(file).size).toBe(0);
});

/** What 0.1.0 wrote into the lock file. */
function leaveOldLock(holder: { host: string; pid: number; startTicks: string }): void {
  mkdirSync(name.dir);
  writeFileSync(file, JSON.stringify({ ...holder, token: 'x' }));
}

test("an earlier version's lock counts while its process lives, and is taken over when it is gone", async () => {
  const own = await ownIdentity();
  leaveOldLock(own);
  expect(await isRestoreWaiting(name)).toBe(true);
  await expect(takeDbLock(name)).rejects.toMatchObject({
    code: 'DB_LOCKED',
    message: expect.stringContaining(`pid ${own.pid} on ${own.host}, an earlier version`),
  });
  writeFileSync(file, JSON.stringify({ ...own, startTicks: '1', token: 'x' }));
  expect(await isRestoreWaiting(name)).toBe(false);
  const lock = await takeDbLock(name);
  expect(await (await startLocker()).ask('take')).toMatch(/^DB_LOCKED/);
  await lock.release();
});

test("an earlier version's lock of another container counts for an hour", async () => {
  leaveOldLock({ host: 'gone', pid: 1, startTicks: '1' });
  await expect(takeDbLock(name)).rejects.toMatchObject({ code: 'DB_LOCKED' });
  const anHourAgo = new Date(Date.now() - 3_601_000);
  utimesSync(file, anHourAgo, anHourAgo);
  await (await takeDbLock(name)).release();
});

test('a lock that cannot be looked at is neither free nor taken over', async () => {
  mkdirSync(file, { recursive: true });
  await expect(isRestoreWaiting(name)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await expect(takeDbLock(name)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('a link in the place of the lock is refused, whatever it leads to', async () => {
  const backup = path.join(temp.dir, `backup-${count}.sqlite`);
  for (const content of ['good', '']) {
    writeFileSync(backup, content);
    mkdirSync(name.dir, { recursive: true });
    if (content !== '') symlinkSync(backup, file);
    await expect(takeDbLock(name)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('not a regular file'),
    });
    await expect(isRestoreWaiting(name)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(readFileSync(backup, 'utf8')).toBe(content);
  }
});
