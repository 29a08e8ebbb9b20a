import { readdirSync } from 'node:fs';
import path from 'node:path';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createRunKit, type RunKit } from './run-kit.ts';

let kit: RunKit;
let watchdog: WatchdogService;

beforeAll(async () => {
  kit = await createRunKit(
    'here',
    5_000,
    ({ url }) => `
probes:
  answers: {type: http, url: "${url}", every: 2s, timeout: 500ms, fall: 2, recheck: {times: 1, every: 2s}}
  process: {type: supervisor, every: 10m, timeout: 2s}
actions:
  restart: {kind: supervisor, op: restart, timeout: 20s}
evidence:
  processes: {builtin: ps}
faults:
  hang:
    anyOf: [answers]
    evidence: [processes]
    ladder:
      - {on: fault, do: [restart], notify: critical, verify: {probes: [answers], within: 10s}}
      - {on: prev_unverified, notify: critical, halt: true}
  down:
    anyOf: [process]
    firstResponder: {owner: supervisor, grace: 20s}
    ladder: [{on: fault, do: [restart], verify: {probes: [process], within: 10s}}]
budgets:
  restarts: {counts: [restart], max: 3, window: 10m, onExhausted: {mode: halt, notify: critical}}
`,
  );
  await kit.start('--kill-timeout', '1s');
  watchdog = kit.watchdog();
  await watchdog.start();
  await kit.settle();
});
afterAll(async () => {
  await watchdog.stop();
  await kit.close();
});

const incident = (fault: string) => kit.ear.incidents.findLast((one) => one.fault === fault);
const decisions = () => kit.lines.filter(({ event }) => event === 'policy.step').map(({ reason }) => String(reason));

test('H5: what the probes of the policy see is told for people', async () => {
  const names = () =>
    new Set(kit.ear.checks.flatMap((one) => (one.check === 'probe' && one.state === 'ok' ? one.name : [])));
  await waitFor('both probes', () => names().size === 2, 30_000);
  expect(kit.ear.last('system')?.hostMemoryPercent).toBeGreaterThan(0);
});

test('one slow answer is left alone', async () => {
  await waitFor('the doubt of its start to be over', () => decisions().at(-1) !== 'suspect');
  kit.lines.length = 0;
  process.kill(kit.run.appPid(), 'SIGSTOP');
  await waitFor('the first bad look', () => decisions().includes('suspect'));
  process.kill(kit.run.appPid(), 'SIGCONT');
  await waitFor('the doubt to be over', () => decisions().includes('suspect_over'));
  expect(decisions()).toEqual(['suspect', 'suspect_over']);
  expect(kit.ear.told()).toEqual([]);
});

test('an app that hangs is found by its probe, evidence is kept, it is restarted, proven, and told once', async () => {
  const pid = kit.run.appPid();
  const stoppedAt = Date.now();
  process.kill(pid, 'SIGSTOP');
  await waitFor('the end of the incident', () => incident('hang')?.recoveredAt);
  expect(Date.now() - stoppedAt).toBeLessThan(20_000);
  expect(kit.run.appPid()).not.toBe(pid);
  expect(incident('hang')).toMatchObject({
    ...{ recoveredBy: 'yoban', cause: 'answers: no answer within 500 ms' },
    actions: [{ name: 'restart', ok: true, attempt: 1, attemptMax: 3, by: 'yoban' }],
  });
  const [bundle = ''] = incident('hang')?.evidence ?? [];
  expect(readdirSync(path.join(kit.home, bundle)).some((file) => file.endsWith('processes.txt'))).toBe(true);
  await waitFor('both messages', () => kit.ear.told().length >= 2);
  expect(kit.ear.told()).toEqual(['raise fault_hang', 'clear fault_hang']);
});

test('an end of the process is seen within 500 ms by its exit, not by the interval; what is back in time is left alone', async () => {
  await kit.settle();
  kit.lines.length = 0;
  await kit.run.ask('stop');
  const ownTime = startOwnTime();
  await waitFor('the fault', () => decisions().includes('detected'));
  expect(ownTime()).toBeLessThan(500);
  await kit.run.ask('start');
  await waitFor('the end of it', () => decisions().includes('supervisor_recovered'));
  await kit.told(1);
  expect(kit.ear.told()).toEqual(['info process_restarted']);
  expect(decisions()).not.toContain('acting');
});
