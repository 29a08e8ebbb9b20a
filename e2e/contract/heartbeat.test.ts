import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, pingToken, startApi } from '../../apps/health-api/test/start-api.ts';
import { policyProbeConformance } from '../../packages/host-tools/test/policy-probe-conformance.ts';
import { lookOnce, probeOf } from '../../packages/host-tools/test/probe-around.ts';

/** The watchdog's probe of a job that pings a real health-api; both have the clock of the API. */
const heartbeatOf = (api: Api, more: Record<string, unknown> = {}) =>
  probeOf(
    { type: 'heartbeat', token: { env: 'NIGHTLY_TOKEN' }, period: '24h', grace: '1h', ...more },
    { home: api.home, env: { NIGHTLY_TOKEN: pingToken }, now: () => api.clock.ms },
  );
const ping = async (api: Api, end = '') => expect((await fetch(`${api.url}/ping/${pingToken}${end}`)).status).toBe(200);

policyProbeConformance('heartbeat', { timeoutMs: 2_000, hung: null, blind: true }, async () => {
  const api = await startApi();
  await ping(api);
  return {
    probe: () => heartbeatOf(api),
    hurt: () => ping(api, '/7'),
    reason: /ended with exit code 7/,
    heal: () => ping(api),
    blind: {
      probe: () => heartbeatOf(api, { token: { env: 'TOKEN_OF_NOBODY' } }),
      reason: /^TOKEN_OF_NOBODY is not set$/,
    },
    end: () => api.close(),
  };
});

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const hour = 3_600_000;
/** The hours go by as they do while health-api ticks. */
async function afterHours(hours: number) {
  for (let ticks = 0; ticks < hours * 360; ticks += 1) {
    api.clock.ms += 10_000;
    api.context.pings.mark();
  }
  return lookOnce(heartbeatOf(api));
}

test('H5: a job that does not report in time is found, and found well when it reports again', async () => {
  expect(await lookOnce(heartbeatOf(api))).toMatchObject({ unknown: true, detail: 'has not reported yet' });
  await ping(api);
  expect(await afterHours(24.9)).toMatchObject({ passes: true, unit: 's', value: 24.9 * 3_600 });
  expect(await afterHours(0.2)).toMatchObject({
    passes: false,
    unknown: false,
    detail: expect.stringMatching(/last reported 1 d ago/),
  });
  await ping(api);
  expect(await lookOnce(heartbeatOf(api))).toMatchObject({ passes: true });
});

test('H5: while health-api stands still, and for what it could not hear then, no job is blamed', async () => {
  await ping(api);
  await afterHours(23.5);
  api.clock.ms += hour;
  expect(await lookOnce(heartbeatOf(api))).toMatchObject({
    unknown: true,
    detail: expect.stringMatching(/does not listen for pings now/),
  });
  expect(await afterHours(1)).toMatchObject({
    unknown: true,
    detail: expect.stringMatching(/nobody listened for 1 h/),
  });
  expect(await afterHours(24.5)).toMatchObject({ passes: false, unknown: false });
});
