import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, expect, test } from 'vitest';
import { type Launcher, makeHome, processesOf, removeHome, runLauncher } from './run-launcher.ts';

const started: Launcher[] = [];
const homes = new Set<string>();

async function launch(options: Parameters<typeof runLauncher>[0] = {}): Promise<Launcher> {
  const launcher = await runLauncher(options);
  started.push(launcher);
  homes.add(launcher.home);
  return launcher;
}

afterEach(async () => {
  for (const launcher of started.splice(0)) {
    if (launcher.child.exitCode !== null || launcher.child.signalCode !== null) continue;
    launcher.child.kill('SIGTERM');
    await launcher.exited;
  }
  for (const home of homes) {
    for (const { pid } of processesOf(home)) process.kill(pid, 'SIGKILL');
    removeHome(home);
  }
  homes.clear();
});

const answer = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text();
const modeOf = (...names: string[]): string => (statSync(path.join(...names)).mode & 0o777).toString(8);
const readNumber = (...names: string[]): number => Number.parseInt(readFileSync(path.join(...names), 'utf8'), 10);
const redisPid = (home: string): number => {
  const record: unknown = JSON.parse(readFileSync(path.join(home, 'run', 'redis.pid'), 'utf8'));
  if (typeof record === 'object' && record !== null && 'pid' in record) return Number(record.pid);
  throw new Error('redis.pid holds no pid');
};

test('npm start says where the kit is, keeps its secrets to itself, and Ctrl-C leaves nothing running', async () => {
  const kit = await launch();
  await kit.ready;
  expect(kit.output().stdout.split('\n')[0]).toBe(`yoban ready: http://127.0.0.1:${kit.port}/admin/dashboard`);
  await waitFor('the lines after it', () => kit.output().stdout.includes('Slack is not configured'));
  expect(kit.output().stdout).toContain(path.join(kit.home, 'keys', 'admin_api_key'));
  expect(modeOf(kit.home)).toBe('700');
  expect(modeOf(kit.home, 'run', 'kit.json')).toBe('600');
  expect(modeOf(kit.home, 'keys', 'admin_api_key')).toBe('600');
  expect(processesOf(kit.home).length).toBeGreaterThanOrEqual(3);

  // A terminal and npm both deliver it: two at once are one request.
  kit.child.kill('SIGINT');
  kit.child.kill('SIGINT');
  expect(await kit.exited).toBe(0);
  expect(processesOf(kit.home)).toEqual([]);
  await expect(answer(kit.port)).rejects.toThrow();
});

test('Ctrl-C while everything is still starting leaves nothing running either', async () => {
  const kit = await launch({ env: { STAND_IN: 'starting' } });
  await waitFor('the first process of the kit', () => existsSync(path.join(kit.home, 'pm2', 'rpc.sock')));
  kit.child.kill('SIGINT');
  expect(await kit.exited).toBe(130);
  expect(kit.output().stdout).not.toContain('yoban ready');
  expect(processesOf(kit.home)).toEqual([]);
});

test('a second start in the same home ends with 2 and names the process and the address', async () => {
  const first = await launch();
  await first.ready;
  const second = await launch({ home: first.home });
  expect(await second.exited).toBe(2);
  expect(second.output().stderr).toContain(`process ${first.pid}, http://127.0.0.1:${first.port}/admin/dashboard`);
  expect(await answer(first.port)).toMatch(/^\d+$/);
});

test('after a killed launcher the next start ends what was left and starts anew', async () => {
  const first = await launch();
  await first.ready;
  const [service, redis] = [Number(await answer(first.port)), redisPid(first.home)];
  first.child.kill('SIGKILL');
  await first.exited;
  const second = await launch({ home: first.home, port: first.port });
  await second.ready;
  expect(Number(await answer(second.port))).not.toBe(service);
  expect(redisPid(second.home)).not.toBe(redis);
  const pids = processesOf(second.home).map(({ pid }) => pid);
  expect(pids).not.toContain(service);
  expect(pids).not.toContain(redis);
});

test('a port in use ends with 2, names the port and the way out, and starts nothing', async () => {
  const port = await freePort(4);
  const other = createServer().listen(port, '127.0.0.1');
  try {
    const kit = await launch({ port });
    expect(await kit.exited).toBe(2);
    expect(kit.output().stderr).toMatch(new RegExp(`Port ${port} .*PORT=<number>`));
    expect(processesOf(kit.home)).toEqual([]);
  } finally {
    other.close();
  }
});

test('O2: a service that refuses its configuration is named with its last words; exit 1, nothing left', async () => {
  const kit = await launch({ env: { STAND_IN: 'refuse', YOBAN_MODE: 'production' } });
  expect(await kit.exited).toBe(1);
  expect(kit.output().stderr).toContain('yoban-stand-in');
  expect(kit.output().stderr).toContain('cannot run in production without SLACK_WEBHOOK_URL');
  expect(kit.output().stdout).not.toContain('yoban ready');
  expect(processesOf(kit.home)).toEqual([]);
});

test('O2: production without its variables ends with 2 before pm2 is started, naming each with its service', async () => {
  const kit = await launch({ wholeKit: true, env: { YOBAN_MODE: 'production' } });
  expect(await kit.exited).toBe(2);
  expect(kit.output().stderr).toContain('health-api: ADMIN_API_KEY\n');
  expect(kit.output().stdout).toBe('');
  expect(existsSync(path.join(kit.home, 'logs', 'health-api.log'))).toBe(false);
  expect(processesOf(kit.home)).toEqual([]);
}, 120_000);

test('Redis is brought back when it dies, on the same socket and data', async () => {
  const kit = await launch();
  await kit.ready;
  const before = redisPid(kit.home);
  process.kill(before, 'SIGKILL');
  await waitFor('another Redis', () => redisPid(kit.home) !== before);
  expect(processesOf(kit.home).some(({ command }) => command.includes('redis-server'))).toBe(true);
});

test('pm2 is brought back when it dies, and its orphans do not run beside the new ones', async () => {
  const kit = await launch();
  await kit.ready;
  const [service, daemon] = [Number(await answer(kit.port)), readNumber(kit.home, 'pm2', 'pm2.pid')];
  process.kill(daemon, 'SIGKILL');
  const another = async () => Number(await answer(kit.port).catch(() => service)) !== service;
  await waitFor('another service', another);
  expect(processesOf(kit.home).map(({ pid }) => pid)).not.toContain(service);
});

test('ending npm alone ends the kit too', async () => {
  const kit = await launch({ command: ['npm', 'start', '--'] });
  await kit.ready;
  kit.child.kill('SIGTERM');
  await waitFor('nothing of the home', () => processesOf(kit.home).length === 0);
});

test('a service deaf to signals is ended after its 10 s', async () => {
  const kit = await launch({ env: { STAND_IN: 'stubborn' } });
  await kit.ready;
  const ownTime = startOwnTime(kit.home);
  kit.child.kill('SIGTERM');
  expect(await kit.exited).toBe(0);
  expect(ownTime()).toBeLessThan(13_000);
  expect(processesOf(kit.home)).toEqual([]);
});

test('a home whose socket paths are too long for the system works', async () => {
  const home = path.join(path.dirname(makeHome()), 'a-rather-long-folder-name-'.repeat(4), 'home');
  const kit = await launch({ home });
  await kit.ready;
  expect(await answer(kit.port)).toMatch(/^\d+$/);
  expect(readNumber(kit.home, 'pm2', 'pm2.pid')).toBeGreaterThan(0);
});
