import { rmSync, writeFileSync } from 'node:fs';
import { crashProcess } from '@yoban/shared/testing/signal-process';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { isRunning } from '../src/proc.ts';
import { createCommand } from '../src/supervisors/command.ts';
import type { RunningProcess, Supervisor, SupervisorEvent } from '../src/supervisors/supervisor.ts';
import { createPrivateRun, type PrivateRun } from '../src/testing/private-run.ts';
import { writeRunApp } from './run-app.ts';

const temp = makeTempDir();
const { script, refuseFile } = writeRunApp(temp.dir, 'demo');
// Three beats of 2 s fit into the silence.
const times = { askMs: 20_000, actMs: 20_000, silentMs: 6_000, retry: { baseMs: 20, capMs: 200 } };
let run: PrivateRun;
let supervisor: Supervisor;
let events: SupervisorEvent[];
let end: () => void;

beforeAll(() => {
  run = createPrivateRun(script);
});
beforeEach(() => {
  supervisor = createCommand(run.socket, times);
  events = [];
  end = supervisor.watch((event) => events.push(event));
});
afterEach(() => end());
afterAll(async () => {
  await run.stop();
  temp.remove();
});

const heard = (event: SupervisorEvent['event']) => events.filter((one) => one.event === event);
const running = (not?: RunningProcess) =>
  waitFor('the process', () => {
    const now = supervisor.processNow();
    return now && now.startTicks !== not?.startTicks ? now : null;
  });

test('a socket that is not there yet is nobody, and the parent is heard soon after it comes', async () => {
  expect(supervisor.processNow()).toBeUndefined();
  await waitFor('the refusal', () => supervisor.processNow() === null);
  expect(heard('away')).toHaveLength(1);
  expect(supervisor.generation()).toBeNull();
  const { pid } = await run.start('--max-restarts', '3', '--max-memory', '512M');
  expect((await running()).pid).toBe(pid);
  expect(pid).toBe(run.appPid());
  expect(heard('online')).toHaveLength(1);
  expect(supervisor.generation()).toContain(`/${run.parentPid()}-`);
  await expect(supervisor.describe()).resolves.toMatchObject({
    ...{ state: 'online', pid, restarts: 0, restartLimit: 3, minUptimeMs: 60_000, memoryLimitMb: 512, gaveUp: false },
  });
});

test('exits and starts are pushed, and the new process is the one that /proc shows', async () => {
  const first = await running();
  expect(isRunning(first)).toBe(true);
  expect(Math.abs(first.startedAt - Date.now())).toBeLessThan(60_000);
  process.kill(first.pid, 'SIGKILL');
  await waitFor('both events', () => heard('exit').length > 0 && heard('online').length > 1);
  expect(isRunning(first)).toBe(false);
  const second = await running(first);
  expect(second.pid).toBe(run.appPid());
  expect(events.at(-1)).toMatchObject({ event: 'online', restarts: 1 });
});

test('memory and CPU come with the beats', async () => {
  await running();
  expect(supervisor.use()?.memoryMb).toBeGreaterThan(5);
  expect(supervisor.use()?.cpuPercent).toBeNull();
  const percent = await waitFor('a rate between two beats', () => supervisor.use()?.cpuPercent);
  expect(percent).toBeGreaterThan(2);
  expect(percent).toBeLessThan(110);
});

test('stop returns when the process is gone; start and restart give a new one', async () => {
  const first = await running();
  await supervisor.restart();
  expect(isRunning(first)).toBe(false);
  const second = await running(first);
  await supervisor.stop();
  expect(isRunning(second)).toBe(false);
  await waitFor('the stop to be heard', () => supervisor.processNow() === null);
  await supervisor.stop();
  await supervisor.start();
  await supervisor.start();
  await running(second);
});

test('H7: giving up is pushed, also to one who comes later; start brings the app back with a fresh budget', async () => {
  const first = await running();
  writeFileSync(refuseFile, '');
  // One that has just begun may see the file, and end by itself.
  crashProcess(first.pid);
  await waitFor('it to give up', () => heard('gave-up').length > 0);
  expect(supervisor.processNow()).toBeNull();
  await expect(supervisor.describe()).resolves.toMatchObject({ state: 'errored', gaveUp: true, pid: null });
  const late: string[] = [];
  const endLate = createCommand(run.socket, times).watch(({ event }) => late.push(event));
  await waitFor('the late one to hear it', () => late.includes('gave-up'));
  endLate();
  rmSync(refuseFile);
  await supervisor.start();
  await running(first);
  await expect(supervisor.describe()).resolves.toMatchObject({ state: 'online', unstableRestarts: 0, gaveUp: false });
});

test('a parent that is stopped is silent: /proc tells of its app, and it is heard again when it goes on', async () => {
  const first = await running();
  const parent = run.parentPid();
  process.kill(parent, 'SIGSTOP');
  try {
    const hasty = createCommand(run.socket, { ...times, askMs: 1_000 });
    await expect(hasty.describe()).rejects.toMatchObject({ fields: { reach: 'silent' } });
    await waitFor('the silence', () => heard('away').length > 0);
    expect(supervisor.processNow()).toEqual(first);
    expect(supervisor.use()).toBeNull();
    process.kill(first.pid, 'SIGKILL');
    await waitFor('its end to be seen', () => supervisor.processNow() === null);
  } finally {
    process.kill(parent, 'SIGCONT');
  }
  const second = await running(first);
  expect(second.pid).toBe(run.appPid());
  await waitFor('the beats', () => supervisor.use());
});

test('a parent that was killed and came back is another life of it, and its app another process', async () => {
  const first = await running();
  const life = supervisor.generation();
  await run.kill();
  await waitFor('its end', () => supervisor.generation() === null);
  // Its app goes on without it, in the same namespace.
  expect(supervisor.processNow()).toEqual(first);
  await expect(supervisor.stop()).rejects.toMatchObject({ fields: { reach: 'gone' } });
  await run.start();
  const second = await running(first);
  expect(isRunning(first)).toBe(false);
  expect(isRunning(second)).toBe(true);
  expect(supervisor.generation()).not.toBe(life);
  expect(supervisor.generation()).toContain(`/${run.parentPid()}-`);
});
