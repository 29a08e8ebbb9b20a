import { type FakeObs, startFakeObs } from '@yoban/shared/testing/fake-obs';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createRunKit, type RunKit } from './run-kit.ts';

let kit: RunKit;
let obs: FakeObs;
let watchdog: WatchdogService;

beforeAll(async () => {
  obs = await startFakeObs();
  kit = await createRunKit(
    'here',
    5_000,
    ({ url }) => `
probes:
  answers: {type: http, url: "${url}", every: 1s, timeout: 500ms, fall: 2}
  stream: {type: obs, url: "${obs.url}", every: 1s, timeout: 10s, fall: 2, role: readiness}
actions:
  restart: {kind: supervisor, op: restart, timeout: 20s}
  page_ready: {kind: wait, for: 1s}
  refresh_page: {kind: obs_refresh, url: "${obs.url}", source: Stream page}
faults:
  hang:
    anyOf: [answers]
    ladder: [{on: fault, do: [restart, page_ready, refresh_page], notify: critical, verify: {probes: [answers, stream], within: 10s}}]
  off_air:
    anyOf: [stream]
    severity: warning
    ladder: [{on: fault, notify: warning}]
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
  await obs.stop();
});

const incident = (fault: string) => kit.ear.incidents.findLast((one) => one.fault === fault);

test('S2: a repair ends with a fresh page in OBS', async () => {
  process.kill(kit.run.appPid(), 'SIGSTOP');
  await waitFor('the end of the incident', () => incident('hang')?.recoveredAt);
  expect(obs.state.browserSources.get('Stream page')).toBe(1);
  expect(incident('hang')?.actions).toMatchObject([
    { name: 'restart', ok: true },
    { name: 'page_ready', ok: true },
    { name: 'refresh_page', ok: true },
  ]);
});

test('S2: a stream that goes off the air is told, and its return', async () => {
  kit.ear.alerts.length = 0;
  obs.state.streaming = false;
  await waitFor('the fault', () => kit.ear.told().includes('raise fault_off_air'));
  const opened = await waitFor('the incident', () => incident('off_air'));
  expect(opened).toMatchObject({ cause: 'stream: OBS does not stream' });
  obs.state.streaming = true;
  await waitFor('its end', () => kit.ear.told().includes('clear fault_off_air'));
  // One session for all of it, and one for the refresh.
  expect(obs.requests()).toHaveLength(2);
});
