import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../process/wait-until.mjs';
import { askRedis } from './ask-redis.mjs';
import { redisConfiguration, startPrivateRedis } from './private-redis.mjs';

let folder;
const running = [];
const files = () => ({
  dataFolder: path.join(folder, 'da"ta'),
  socket: path.join(folder, 'r.sock'),
  logFile: path.join(folder, 'redis.log'),
  pidFile: path.join(folder, 'redis.pid'),
});
const start = async () => {
  const redis = await startPrivateRedis({ server: 'redis-server', ...files() });
  running.push(redis);
  return redis;
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'y-redis-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((redis) => redis.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test('what was acknowledged survives SIGKILL of Redis, which is brought back', async () => {
  const redis = await start();
  expect(await askRedis(redis.socket, 'SET fact told')).toBe('+OK');
  const before = redis.pid();
  process.kill(before, 'SIGKILL');
  expect(await waitUntil(async () => (await askRedis(redis.socket, 'GET fact')) === '$4', 8_000)).toBe(true);
  expect(redis.pid()).not.toBe(before);
});

test('a Redis that a killed launcher left on the socket makes room; never two on one append-only file', async () => {
  mkdirSync(files().dataFolder);
  const left = spawn('redis-server', ['-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const gone = once(left, 'exit');
  left.stdin.end(redisConfiguration(files()));
  const { socket } = files();
  expect(await waitUntil(async () => (await askRedis(socket, 'SET fact told')) === '+OK', 8_000)).toBe(true);
  await start();
  await gone;
  expect(await askRedis(socket, 'GET fact')).toBe('$4');
});
