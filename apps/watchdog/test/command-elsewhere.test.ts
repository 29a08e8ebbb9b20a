import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createRunKit, type RunKit } from './run-kit.ts';

// The guarded app and its parent in a pid namespace of their own, as in another container.
let kit: RunKit;
let watchdog: WatchdogService;

beforeAll(async () => {
  kit = await createRunKit('elsewhere', 8_000);
  await kit.start();
  watchdog = kit.watchdog({ silentAfterMs: 6_000, doubtAfterMs: 500 });
  await watchdog.start();
});
afterAll(async () => {
  await watchdog.stop();
  await kit.close();
});

const seen = () => kit.ear.last('process');

test('uptime, memory and CPU are what the other side says', async () => {
  await kit.settle();
  expect(seen()?.pid).not.toBe(kit.run.appPid());
  await waitFor('two beats', () => seen()?.cpuPercent !== null && (seen()?.memoryMb ?? 0) > 5);
  expect(Math.abs(Date.parse(seen()?.startedAt ?? '') - Date.now())).toBeLessThan(60_000);
});

test('a killed app is told as restarted by its parent', async () => {
  await kit.settle();
  process.kill(kit.run.appPid(), 'SIGKILL');
  await kit.told(1);
  expect(kit.ear.alerts[0]).toMatchObject({
    alertType: 'process_restarted',
    params: { supervisor: 'command', supervisorToo: false, restarts: 1, restartLimit: 10 },
  });
});

test('a container that was started again is told as such, although the process has the same number', async () => {
  await kit.settle();
  await kit.run.kill();
  await kit.start();
  await kit.told(1);
  await kit.settle();
  const { pid } = await kit.run.status();
  await kit.run.kill();
  await kit.start();
  await kit.told(1);
  expect((await kit.run.status()).pid).toBe(pid);
  expect(kit.ear.alerts[0]).toMatchObject({ alertType: 'process_restarted', params: { supervisorToo: true } });
});

test('a container that stays away is a CRITICAL after the grace, and its return a recovery', async () => {
  await kit.settle();
  await kit.run.kill();
  await kit.told(1);
  expect(kit.ear.alerts[0]).toMatchObject({ alertType: 'process_down', params: { exhausted: false, graceS: 8 } });
  expect(seen()).toMatchObject({ state: 'down', pid: null, memoryMb: null });
  await kit.start();
  await kit.told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
});

test('frozen as a whole: the process is unknown, and the silence of the app is what is told', async () => {
  await kit.settle();
  const both = [kit.run.appPid(), kit.run.parentPid()];
  for (const pid of both) process.kill(pid, 'SIGSTOP');
  try {
    await kit.told(1);
    expect(kit.ear.told()).toEqual(['raise health_unreachable']);
    await waitFor('the silence', () => seen()?.state === 'unknown');
    expect(seen()).toMatchObject({ pid: null, memoryMb: null, cpuPercent: null });
    // Also by a watchdog that starts only now.
    await watchdog.stop();
    watchdog = kit.watchdog({ silentAfterMs: 6_000, doubtAfterMs: 500 });
    await watchdog.start();
  } finally {
    for (const pid of both) process.kill(pid, 'SIGCONT');
  }
  await kit.told(2);
  expect(kit.ear.told()).toEqual(['raise health_unreachable', 'clear health_unreachable']);
  await waitFor('the process', () => seen()?.state === 'up');
});
