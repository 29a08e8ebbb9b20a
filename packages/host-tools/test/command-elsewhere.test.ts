import net from 'node:net';
import path from 'node:path';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownPidNamespace } from '../src/proc.ts';
import { createCommand } from '../src/supervisors/command.ts';
import type { RunningProcess, Supervisor } from '../src/supervisors/supervisor.ts';
import { createPrivateRun, type PrivateRun } from '../src/testing/private-run.ts';
import { writeRunApp } from './run-app.ts';

// A parent in a pid namespace of its own, as in another container: its numbers mean nothing here, or somebody else.
const temp = makeTempDir();
const times = { askMs: 20_000, actMs: 20_000, silentMs: 6_000, retry: { baseMs: 20, capMs: 200 } };
let run: PrivateRun;
let supervisor: Supervisor;
let end: () => void;
const events: string[] = [];

beforeAll(async () => {
  run = createPrivateRun(writeRunApp(temp.dir, 'demo').script, 'elsewhere');
  await run.start();
  supervisor = createCommand(run.socket, times);
  end = supervisor.watch(({ event }) => events.push(event));
});
afterAll(async () => {
  end();
  await run.stop();
  temp.remove();
});

const running = (not?: RunningProcess) =>
  waitFor('the process', () => {
    const now = supervisor.processNow();
    return now && now.startTicks !== not?.startTicks ? now : null;
  });

test('the process, its uptime, memory and CPU are what its own parent says', async () => {
  const first = await running();
  const { pidNamespace } = await run.status();
  expect(pidNamespace).not.toBe(ownPidNamespace());
  expect(first.pid).not.toBe(run.appPid());
  expect(first.pid).toBeLessThan(100);
  expect(Math.abs(first.startedAt - Date.now())).toBeLessThan(60_000);
  const percent = await waitFor('a rate between two beats', () => supervisor.use()?.cpuPercent);
  expect(percent).toBeGreaterThan(2);
  expect(supervisor.use()?.memoryMb).toBeGreaterThan(5);
});

test('a kill of the app is heard at once', async () => {
  const first = await running();
  const ownTime = startOwnTime();
  process.kill(run.appPid(), 'SIGKILL');
  await waitFor('the exit', () => events.includes('exit'));
  expect(ownTime()).toBeLessThan(1_000);
  const second = await running(first);
  expect(second.pid).not.toBe(first.pid);
});

test('while the parent is frozen nothing is known, whatever becomes of the app', async () => {
  const first = await running();
  const parent = run.parentPid();
  process.kill(parent, 'SIGSTOP');
  try {
    await waitFor('the silence', () => supervisor.processNow() === undefined);
    process.kill(run.appPid(), 'SIGKILL');
    expect(supervisor.processNow()).toBeUndefined();
    expect(supervisor.generation()).not.toBeNull();
  } finally {
    process.kill(parent, 'SIGCONT');
  }
  await running(first);
});

test('a connection that is cut is no end of anything: the parent is there and is heard again', async () => {
  const between = path.join(temp.dir, 'between.sock');
  const cut = new Set<net.Socket>();
  const relay = net.createServer((near) => {
    const far = net.connect({ path: run.socket });
    for (const socket of [near, far]) cut.add(socket.on('error', () => undefined));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => relay.listen(between, resolve));
  const cutOff = createCommand(between, times);
  const heard: string[] = [];
  const known: unknown[] = [];
  const endCutOff = cutOff.watch(({ event }) => {
    heard.push(event);
    known.push(cutOff.processNow());
  });
  try {
    await waitFor('the first word', () => heard.length === 1);
    for (const socket of cut) socket.destroy();
    await waitFor('the next first word', () => heard.length === 3);
    expect(heard).toEqual(['online', 'away', 'online']);
    expect(known).toEqual([known[0], undefined, known[0]]);
  } finally {
    endCutOff();
    relay.close();
  }
});

test('a container that is gone has no process; started again, the same number is another process', async () => {
  await run.kill();
  await waitFor('its end', () => supervisor.processNow() === null);
  await run.start();
  const first = await running();
  const life = supervisor.generation();
  await run.kill();
  await waitFor('its end', () => supervisor.processNow() === null);
  await run.start();
  const second = await running();
  expect(second.pid).toBe(first.pid);
  expect(second.startTicks).not.toBe(first.startTicks);
  expect(second.startedAt).toBeGreaterThan(first.startedAt);
  expect(supervisor.generation()).not.toBe(life);
});
