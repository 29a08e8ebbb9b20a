import { rmSync, writeFileSync } from 'node:fs';
import { isoTime } from '@yoban/shared/contracts/time';
import { announceMaintenance, endMaintenance } from '@yoban/shared/maintenance';
import { yobanPaths } from '@yoban/shared/paths';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { signalProcess } from '@yoban/shared/testing/signal-process';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createWatchedKit, type WatchedKit } from './watched-kit.ts';

/** What pm2 and Node take to bring the app back on a busy machine is less. */
const graceMs = 8_000;
let kit: WatchedKit;
let watchdog: WatchdogService;

beforeAll(async () => {
  kit = await createWatchedKit({ graceMs, timeoutMs: 5_000 });
  await kit.app.start();
  watchdog = kit.watchdog({ doubtAfterMs: 500 });
  await watchdog.start();
});
afterAll(async () => {
  await watchdog.stop();
  await kit.close();
});
beforeEach(async () => {
  await waitFor('the app to be up and answering', () => {
    const answers = kit.ear.last('liveness')?.state === 'up';
    return answers && kit.ear.last('process')?.state === 'up';
  });
  kit.ear.alerts.length = 0;
  kit.ear.incidents.length = 0;
});

const pidNow = () => kit.ear.last('process')?.pid ?? 0;
const told = (count: number) => waitFor(`${count} messages`, () => kit.ear.alerts.length >= count);

test('decisions: killed three times in a minute is 3 INFO (1, 2, 3 of 10) and no CRITICAL', async () => {
  for (let kill = 1; kill <= 3; kill += 1) {
    const pid = pidNow();
    signalProcess(pid, 'SIGKILL');
    await told(kill);
    await waitFor('the new process on the bus', () => pidNow() !== 0 && pidNow() !== pid);
  }
  expect(kit.ear.told()).toEqual(Array(3).fill('info process_restarted'));
  expect(kit.ear.alerts.map(({ params }) => [params.restarts, params.restartLimit])).toEqual([
    [1, 10],
    [2, 10],
    [3, 10],
  ]);
  expect(kit.ear.alerts[0]).toMatchObject({ level: 'info', service: 'demo', params: { supervisor: 'pm2' } });
  expect(Number(kit.ear.alerts[0]?.params.downMs)).toBeLessThan(graceMs);
  await waitFor('the incidents', () => kit.ear.incidents.length === 3);
  expect(kit.ear.incidents.every((one) => one.recoveredAt !== null && one.recoveredBy === 'supervisor')).toBe(true);
  await waitFor('the count as people see it', () => kit.ear.last('process')?.restartsLeft === 7);
  expect(kit.ear.last('process')).toMatchObject({ restartCount: 3, supervisor: 'pm2' });
});

test('a kill is on the bus well under a second later', async () => {
  const pid = pidNow();
  const ownTime = startOwnTime(kit.pm2.home);
  signalProcess(pid, 'SIGKILL');
  await waitFor('the change', () => pidNow() !== pid);
  expect(ownTime()).toBeLessThan(800);
  await told(1);
});

test('decisions: held down past the grace three times is 3 raises and 3 recoveries', async () => {
  for (let fall = 1; fall <= 3; fall += 1) {
    await kit.pm2.run('stop', 'demo', '--silent');
    await told(2 * fall - 1);
    await kit.pm2.run('start', 'demo', '--silent');
    await told(2 * fall);
  }
  expect(kit.ear.told()).toEqual(Array(3).fill(['raise process_down', 'clear process_down']).flat());
  expect(kit.ear.alerts[0]).toMatchObject({ level: 'critical', params: { graceS: graceMs / 1_000, exhausted: false } });
  expect(new Set(kit.ear.alerts.map((one) => one.id)).size).toBe(6);
});

test('a crash loop is one CRITICAL with the last line of its error log, without the secret in it', async () => {
  writeFileSync(kit.app.refuseFile, '');
  signalProcess(pidNow(), 'SIGKILL');
  await told(1);
  expect(kit.ear.alerts[0]).toMatchObject({
    kind: 'raise',
    alertType: 'process_down',
    params: { exhausted: false, supervisor: 'pm2' },
    lastError: 'Error: cannot open save file token=[redacted]',
  });
  rmSync(kit.app.refuseFile);
  await told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
});

test('H7: pm2 giving up is told at once as such, before the grace is over', async () => {
  await kit.pm2.run('delete', 'demo', '--silent');
  await kit.app.start({ max_restarts: 1 });
  await waitFor('the new app to be told', () => /info|clear/.test(kit.ear.told().join()));
  kit.ear.forget();
  signalProcess(Number((await kit.pm2.run('pid', 'demo')).stdout.trim()), 'SIGKILL');
  await told(1);
  expect(kit.ear.alerts[0]).toMatchObject({ kind: 'raise', alertType: 'process_down', params: { exhausted: true } });
  await kit.pm2.run('restart', 'demo', '--silent');
  await told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
  await waitFor('the incident', () => kit.ear.incidents.at(-1)?.recoveredBy === 'operator');
});

test('a process that hangs is told as not answering while it runs, and clears when it answers again', async () => {
  const pid = pidNow();
  signalProcess(pid, 'SIGSTOP');
  await told(1);
  expect(kit.ear.alerts[0]).toMatchObject({
    kind: 'raise',
    alertType: 'health_unreachable',
    params: { host: new URL(kit.app.url).host, detail: 'no answer within 5 s' },
  });
  signalProcess(pid, 'SIGCONT');
  await told(2);
  expect(kit.ear.told()).toEqual(['raise health_unreachable', 'clear health_unreachable']);
});

test('announced maintenance is watched and not told; what is still down when it ends is', async () => {
  const { run } = yobanPaths(kit.home);
  const announce = () => {
    const [since, until] = [isoTime(Date.now()), isoTime(Date.now() + 60_000)];
    announceMaintenance(run, { service: 'demo', reason: 'restore', actor: 'test', since, until });
  };
  const pid = pidNow();
  kit.lines.length = 0;
  announce();
  await kit.pm2.run('restart', 'demo', '--silent');
  await waitFor('the new process', () => pidNow() !== 0 && pidNow() !== pid);
  await waitFor('its answer', () => kit.lines.some((line) => line.reason === 'up'));
  endMaintenance(run, 'demo');
  expect(kit.ear.told()).toEqual([]);
  announce();
  await kit.pm2.run('stop', 'demo', '--silent');
  await waitFor('the end of the process', () => kit.ear.last('process')?.state === 'down');
  endMaintenance(run, 'demo');
  await told(1);
  await kit.pm2.run('start', 'demo', '--silent');
  await told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
});
