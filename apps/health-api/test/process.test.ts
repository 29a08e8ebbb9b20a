import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { adminKey } from './start-api.ts';

let redis: PrivateRedis;
const temp = makeTempDir();
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(async () => {
  await redis.stop();
  temp.remove();
});

const main = path.resolve(import.meta.dirname, '..', 'src', 'main.ts');

function start(port: number) {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    YOBAN_HOME: temp.dir,
    REDIS_URL: redis.url,
    PORT: String(port),
    ADMIN_API_KEY: adminKey,
  };
  const child: ChildProcess = spawn(process.execPath, ['--conditions=yoban-src', main], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (data) => {
    output += String(data);
  });
  return { child, output: () => output, ended: once(child, 'exit') };
}

async function stopTime({ child, ended }: ReturnType<typeof start>): Promise<[code: number, ms: number]> {
  const began = performance.now();
  child.kill('SIGTERM');
  const [code] = await ended;
  return [code, performance.now() - began];
}

test('C5: the process says when it is ready and stops within 10 s, viewers or not', async () => {
  const port = await freePort();
  const api = start(port);
  expect(await once(api.child, 'message')).toContain('ready');
  const viewer = new WebSocket(`ws://127.0.0.1:${port}/api/live`, { headers: { 'x-api-key': adminKey } });
  await once(viewer, 'message');
  const gone = once(viewer, 'close');
  const [code, ms] = await stopTime(api);
  await gone;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5_000);
});

test('C5: it stops within 5 s while Redis hangs', async () => {
  const api = start(await freePort());
  await once(api.child, 'message');
  process.kill(redis.pid, 'SIGSTOP');
  const [code, ms] = await stopTime(api).finally(() => process.kill(redis.pid, 'SIGCONT'));
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5_000);
});

test('O2: a taken port ends the process with 1 and a line that names it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const api = start(port);
  const [code] = await api.ended;
  holder.close();
  expect(code).toBe(1);
  expect(api.output()).toContain(`cannot listen on 127.0.0.1:${port}`);
  expect(api.output()).toContain('"code":"CONFIG_INVALID"');
});
