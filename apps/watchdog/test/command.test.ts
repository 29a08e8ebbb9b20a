import { rmSync, writeFileSync } from 'node:fs';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createRunKit, type RunKit } from './run-kit.ts';

/** Giving up is told long before. */
const graceMs = 20_000;
let kit: RunKit;
let watchdog: WatchdogService;

beforeAll(async () => {
  kit = await createRunKit('here', graceMs);
  watchdog = kit.watchdog({ silentAfterMs: 6_000 });
  await watchdog.start();
});
afterAll(async () => {
  await watchdog.stop();
  await kit.close();
});

const seen = () => kit.ear.last('process');

test('a socket that is missing at the start is waited for without a word', async () => {
  await waitFor('the watchdog to look', () => seen());
  expect(seen()).toMatchObject({ state: 'unknown', pid: null, supervisor: 'command' });
  await kit.start();
  await waitFor('the app', () => seen()?.state === 'up');
  expect(seen()?.pid).toBe(kit.run.appPid());
  await waitFor('its answer', () => kit.ear.last('liveness')?.state === 'up');
  await waitFor('its memory', () => (seen()?.memoryMb ?? 0) > 5);
  expect(kit.ear.told()).toEqual([]);
});

test('decisions: killed three times in a minute is 3 INFO (1, 2, 3 of 10), each seen within a second', async () => {
  await kit.settle();
  for (let kill = 1; kill <= 3; kill += 1) {
    const pid = kit.run.appPid();
    const ownTime = startOwnTime();
    process.kill(pid, 'SIGKILL');
    await waitFor('the change', () => seen()?.pid !== pid);
    expect(ownTime()).toBeLessThan(1_000);
    await kit.told(kill);
    await waitFor('the new process on the bus', () => seen()?.state === 'up' && seen()?.pid !== pid);
  }
  expect(kit.ear.told()).toEqual(Array(3).fill('info process_restarted'));
  expect(kit.ear.alerts.map(({ params }) => [params.restarts, params.restartLimit, params.supervisorToo])).toEqual([
    [1, 10, false],
    [2, 10, false],
    [3, 10, false],
  ]);
  expect(kit.ear.alerts[0]?.params.supervisor).toBe('command');
  expect(seen()).toMatchObject({ restartCount: 3, restartsLeft: 7 });
});

test('a parent that is stopped for a while is no fault of the app', async () => {
  await kit.settle();
  const parent = kit.run.parentPid();
  process.kill(parent, 'SIGSTOP');
  try {
    await waitFor('no beat for long', () => seen()?.memoryMb === null);
    expect(seen()).toMatchObject({ state: 'up', pid: kit.run.appPid() });
  } finally {
    process.kill(parent, 'SIGCONT');
  }
  await waitFor('the beats', () => seen()?.memoryMb);
  expect(kit.ear.told()).toEqual([]);
});

test('a parent that was killed and is back is one INFO that says so, with a fresh count', async () => {
  await kit.settle();
  await kit.run.kill();
  await kit.start('--max-restarts', '2');
  await kit.told(1);
  expect(kit.ear.told()).toEqual(['info process_restarted']);
  expect(kit.ear.alerts[0]?.params).toMatchObject({ supervisorToo: true, restarts: 0 });
  await waitFor('its limit', () => seen()?.restartsLeft === 2);
  expect(seen()).toMatchObject({ restartCount: 0 });
});

test('H7: giving up is told at once as such, with the last line of the error log, before the grace is over', async () => {
  await kit.settle();
  writeFileSync(kit.app.refuseFile, '');
  const killedAt = Date.now();
  process.kill(kit.run.appPid(), 'SIGKILL');
  await kit.told(1);
  expect(Date.now() - killedAt).toBeLessThan(graceMs);
  expect(kit.ear.alerts[0]).toMatchObject({
    ...{ kind: 'raise', level: 'critical', alertType: 'process_down' },
    params: { exhausted: true, restarts: 2, restartLimit: 2, supervisor: 'command' },
    lastError: 'Error: cannot open save file token=[redacted]',
  });
  await waitFor('the fall on the bus', () => seen()?.state === 'down' && seen()?.restartsLeft === 0);
  rmSync(kit.app.refuseFile);
  // A parent that gave up stays, and an operator starts the app again through it.
  await kit.run.ask('start');
  await kit.told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
});
