import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pm2DaemonPid } from '@yoban/host-tools/pm2-home';
import { commandLine, readProc } from '@yoban/host-tools/proc';
import { signalProcess } from '@yoban/shared/testing/signal-process';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWatchedKit, type WatchedKit } from './watched-kit.ts';

const mainFile = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let kit: WatchedKit;
let child: ChildProcess | null = null;

beforeAll(async () => {
  kit = await createWatchedKit({ graceMs: 5_000, timeoutMs: 10_000 });
  await kit.app.start();
});
afterAll(async () => {
  await end('SIGKILL');
  await kit.close();
});

function begin(): void {
  const env = { ...process.env, ...kit.env };
  child = spawn(process.execPath, ['--conditions=yoban-src', mainFile], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return null;
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return code;
}

const upAndAnswering = () => kit.ear.last('process')?.state === 'up' && kit.ear.last('liveness')?.state === 'up';
const told = (count: number) => waitFor(`${count} messages`, () => kit.ear.alerts.length >= count);

function raiseWaits(): boolean {
  const store = new Database(path.join(kit.home, 'state', 'watchdog.sqlite'), { readonly: true });
  try {
    return (
      store.prepare("SELECT 1 FROM fact_outbox WHERE queue = 'alertEvent' AND id LIKE '%-raise'").get() !== undefined
    );
  } finally {
    store.close();
  }
}

test('killed with -9 in the middle of a grace, it tells the fall once and the recovery once', async () => {
  begin();
  await waitFor('the app to be seen', upAndAnswering);
  expect(existsSync(path.join(kit.home, 'run', 'watchdog.heartbeat'))).toBe(true);
  await kit.pm2.run('stop', 'demo', '--silent');
  await waitFor('the fall to be seen', () => kit.ear.last('process')?.state === 'down');
  await end('SIGKILL');
  begin();
  await told(1);
  await end('SIGKILL');
  await kit.pm2.run('start', 'demo', '--silent');
  begin();
  await told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
  expect(kit.ear.alerts[0]?.incidentId).toBe(kit.ear.alerts[1]?.incidentId);
});

test('a restart that happened while it was away is told when it is back', async () => {
  await waitFor('the app to be seen', upAndAnswering);
  kit.ear.forget();
  await end('SIGKILL');
  const { stdout } = await kit.pm2.run('pid', 'demo');
  signalProcess(Number(stdout.trim()), 'SIGKILL');
  begin();
  await told(1);
  expect(kit.ear.told()).toEqual(['info process_restarted']);
});

test('without Redis it watches on, and tells in order when Redis is back', async () => {
  await waitFor('the app to be seen', upAndAnswering);
  kit.ear.forget();
  await kit.redis.kill('SIGKILL');
  await kit.pm2.run('stop', 'demo', '--silent');
  // Nothing can be heard from it now; what it would tell waits in its store.
  await waitFor('the raise in its store', raiseWaits);
  await kit.pm2.run('start', 'demo', '--silent');
  await kit.redis.start();
  await told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
});

test('C5: it ends within its time when it is told to, and an orderly end is no restart of the app', async () => {
  await waitFor('the app to be seen', upAndAnswering);
  kit.ear.forget();
  const begun = Date.now();
  expect(await end('SIGTERM')).toBe(0);
  expect(Date.now() - begun).toBeLessThan(10_000);
  // The whole kit goes and comes: another pm2, another process.
  await kit.pm2.run('kill', '--silent');
  await kit.app.start();
  kit.ear.forget();
  begin();
  await waitFor('the app to be seen', upAndAnswering);
  expect(kit.ear.told()).toEqual([]);
});

/** Calls of pm2 that are under way in this kit's home. */
/** Sockets of the daemon's address: its own, and one for each who has knocked. */
const knocks = (): number =>
  (readProc('net/unix') ?? '').split('\n').filter((line) => line.endsWith(path.join(kit.pm2.home, 'rpc.sock'))).length;

const pm2Programs = (): string[] =>
  readdirSync('/proc').filter(
    (pid) =>
      /^\d+$/.test(pid) &&
      commandLine(Number(pid))?.includes('pm2') &&
      pid !== String(pm2DaemonPid(kit.pm2.home)) &&
      readProc(`${pid}/environ`)?.includes(kit.pm2.home),
  );

test('C5: it ends within 6 s while pm2 hangs, and leaves no call of pm2 behind', async () => {
  await end('SIGTERM');
  const daemon = pm2DaemonPid(kit.pm2.home);
  signalProcess(daemon, 'SIGSTOP');
  const before = { knocks: knocks(), programs: pm2Programs() };
  try {
    begin();
    await waitFor('pm2 to be asked', () => knocks() > before.knocks);
    const begun = Date.now();
    expect(await end('SIGTERM')).toBe(0);
    expect(Date.now() - begun).toBeLessThan(6_000);
    expect(pm2Programs()).toEqual(before.programs);
  } finally {
    signalProcess(daemon, 'SIGCONT');
  }
});
