import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackupFile } from '@yoban/shared/contracts/backup';
import { HealthResponse } from '@yoban/shared/contracts/health';
import { isAlive, type RunningKit, startKit } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { contentHash, flip, healthyPid, livedHash, newPid, quietApp, readTruth } from '../harness/example-app.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
let kit: RunningKit;
const temp = makeTempDir();
undo(temp.remove);
const oracle = path.join(temp.dir, 'oracle.jsonl');

beforeAll(async () => {
  kit = await startKit({ ...quietApp, AILIFE_ORACLE_FILE: oracle });
  undo(kit.remove);
  undo(kit.stop);
});

const health = async () => HealthResponse.parse(await (await fetch(`${kit.url}/api/health`)).json());
async function backupNow(): Promise<BackupFile> {
  const result = await kit.yoban('backup', 'now', '--json');
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return (JSON.parse(result.stdout) as { file: BackupFile }).file;
}

/** How many commits of the writer, by its own record outside SQLite, had this content. */
const commitsWithContent = (hash: string): number => readFileSync(oracle, 'utf8').split(`"hash":"${hash}"`).length - 1;
const databaseFile = () => path.join(kit.home, 'data/game.sqlite');

test('H1: the running kit answers healthy once the app has reported', async () => {
  let reasons = '';
  const answer = await waitFor(
    'healthy',
    async () => {
      const now = await health();
      reasons = JSON.stringify(now.reasons);
      return now.status === 'healthy' ? now : null;
    },
    90_000,
  ).catch((error: Error) => expect.fail(`${error.message}: ${reasons}`));
  expect(answer.checks.process.status).toBe('ok');
  expect(answer.checks.database).toMatchObject({ status: 'ok', configured: true });
  expect(answer.uptime_seconds).toBeGreaterThan(0);
});

test('B2, B3: a backup taken while the app writes is verified and equals one of its commits', async () => {
  await flip(kit, 'tips', { count: 100, yen: 500 });
  const file = await backupNow();
  expect(path.basename(file.path)).toMatch(/^game_hourly_\d{8}_\d{6}\.sqlite$/);
  expect(commitsWithContent(contentHash(file.path).hash)).toBeGreaterThan(0);
});

test('R1, R3: a killed app with a database of garbage comes back with the contents of the backup', async () => {
  // Nothing may wait to be written: the restored app would go on with it and the contents could not be compared.
  await waitFor('an empty queue', async () => (await readTruth(kit)).tips.queueDepth === 0, 40_000);
  const backup = await backupNow();
  const before = await waitFor('the app', () => healthyPid(kit));
  process.kill(before, 'SIGKILL');
  writeFileSync(databaseFile(), Buffer.alloc(300_000, 'garbage'));
  const result = await kit.yoban('restore', '--latest', '--yes', '--json');
  expect(result, `${result.stdout}${result.stderr}`).toMatchObject({ code: 0 });

  const pid = await newPid(kit, before);
  expect(pid).not.toBe(before);
  expect(livedHash(databaseFile())).toBe(livedHash(backup.path));
  // The start itself plans the next cycle: one commit after the backup's, and no other.
  expect(contentHash(databaseFile()).commit).toBe(contentHash(backup.path).commit + 1);
  const copy = path.join(temp.dir, 'copy.sqlite');
  expect(await kit.yoban('restore', backup.path, '--to', copy)).toMatchObject({ code: 0 });
  expect(contentHash(copy).hash).toBe(contentHash(backup.path).hash);
  const aside = readdirSync(path.dirname(databaseFile())).filter((name) => name.includes('.corrupted_'));
  expect(aside.length).toBeGreaterThan(0);
  await waitFor(
    'process and database ok',
    async () => {
      const { checks } = await health();
      return checks.process.status === 'ok' && checks.database.status === 'ok';
    },
    30_000,
  );
});

test('H7, C5: Ctrl-C ends the launcher and leaves nothing of the kit running', async () => {
  const services = Object.values(kit.pids());
  const redis = Number(/\d+/.exec(readFileSync(path.join(kit.home, 'run/redis.pid'), 'utf8'))?.[0]);
  expect(services.length).toBeGreaterThanOrEqual(6);
  expect(await kit.stop()).toBe(0);
  expect([...services, redis].filter(isAlive)).toEqual([]);
});
