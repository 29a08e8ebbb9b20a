import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackupFile } from '@yoban/shared/contracts/backup';
import { HealthResponse } from '@yoban/shared/contracts/health';
import { isAlive, type RunningKit, startKit } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentHash, flip, healthyPid, newPid, quietApp } from '../harness/example-app.ts';

let kit: RunningKit;
let backup: BackupFile;

beforeAll(async () => {
  kit = await startKit(quietApp);
});
afterAll(async () => {
  await kit?.stop();
  kit?.remove();
});

const health = async () => HealthResponse.parse(await (await fetch(`${kit.url}/api/health`)).json());
const databaseFile = () => path.join(kit.home, 'data/game.sqlite');

test('H1: the running kit answers healthy once the app has reported', async () => {
  const answer = await waitFor(
    'healthy',
    async () => {
      const now = await health();
      return now.status === 'healthy' ? now : null;
    },
    60_000,
  );
  expect(answer.checks.process.status).toBe('ok');
  expect(answer.checks.database).toMatchObject({ status: 'ok', configured: true });
  expect(answer.uptime_seconds).toBeGreaterThan(0);
});

test('B2, B3: a backup taken while the app writes is verified and equals one of its commits', async () => {
  await flip(kit, 'tips', { count: 400, yen: 500 });
  const result = await kit.yoban('backup', 'now', '--json');
  expect(result, result.stderr).toMatchObject({ code: 0 });
  backup = (JSON.parse(result.stdout) as { file: BackupFile }).file;
  expect(path.basename(backup.path)).toMatch(/^game_hourly_\d{8}_\d{6}\.sqlite$/);
  expect(contentHash(backup.path).commit).toBeGreaterThan(0);
});

test('R1, R3: a killed app with a database of garbage comes back with the contents of the backup', async () => {
  const before = (await healthyPid(kit)) ?? 0;
  process.kill(before, 'SIGKILL');
  writeFileSync(databaseFile(), Buffer.alloc(300_000, 'garbage'));
  const result = await kit.yoban('restore', '--latest', '--yes', '--json');
  expect(result, `${result.stdout}${result.stderr}`).toMatchObject({ code: 0 });

  const pid = await newPid(kit, before);
  expect(pid).not.toBe(before);
  expect(contentHash(databaseFile())).toEqual(contentHash(backup.path));
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
