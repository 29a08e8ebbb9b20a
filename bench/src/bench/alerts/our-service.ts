import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { waitFor } from '@yoban/shared/testing/wait-for';

const apps = path.resolve(import.meta.dirname, '../../../../apps');
const startLimitMs = 30_000;
/** As the kit starts them, under pm2 and in its image. */
const nodeFlags = ['--max-semi-space-size=1'];
const memoryEnv = { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' };

/** One of our services as built, as a process of its own; ready when this resolves. Its log goes nowhere. */
export async function startOurService(
  name: 'alerter' | 'health-api',
  env: Readonly<Record<string, string>>,
): Promise<{ pid: number; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, [...nodeFlags, path.join(apps, name, 'dist', 'main.js')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', ...memoryEnv, ...env },
  });
  const exited = once(child, 'exit');
  let ready = false;
  child.on('message', (message) => {
    ready ||= message === 'ready';
  });
  await waitFor(`a ready ${name}`, () => ready, startLimitMs);
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
