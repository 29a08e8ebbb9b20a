import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createRunKit, type RunKit } from './run-kit.ts';

let kit: RunKit;
let watchdog: WatchdogService;

beforeAll(async () => {
  // Slower than the built-in liveness, which tells after 5 s without an answer.
  kit = await createRunKit(
    'here',
    5_000,
    ({ url }) => `
probes: {answers: {type: http, url: "${url}", every: 2s, timeout: 500ms, fall: 5}}
actions: {restart: {kind: supervisor, op: restart, timeout: 20s}}
faults:
  hang:
    anyOf: [answers]
    ladder: [{on: fault, do: [restart], notify: critical, verify: {probes: [answers], within: 10s}}]
budgets:
  restarts: {counts: [restart], max: 3, window: 10m, onExhausted: {mode: halt, notify: critical}}
`,
    5_000,
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

test('a hang that the built-in watch told first is repaired without a second word, and its incident says by whom', async () => {
  process.kill(kit.run.appPid(), 'SIGSTOP');
  const of = (fault: string) => kit.ear.incidents.findLast((one) => one.fault === fault);
  await waitFor('the repair', () => of('hang')?.recoveredAt, 30_000);
  await waitFor('the recovery', () => of('health_unreachable')?.recoveredAt);
  await kit.told(2);
  expect(kit.ear.told()).toEqual(['raise health_unreachable', 'clear health_unreachable']);
  expect(of('health_unreachable')?.recoveredBy).toBe('yoban');
  expect(of('hang')?.recoveredBy).toBe('yoban');
});
