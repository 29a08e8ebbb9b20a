import type { CheckOf } from '@yoban/shared/contracts/check';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { afterEach, expect, test } from 'vitest';
import { type Api, startApi } from './start-api.ts';

const everyMs = 30_000;
let api: Api;
afterEach(() => api.close());

/** A health-api whose primary service has a policy with a stream and a page. */
const start = async (home?: string): Promise<Api> => {
  const probes = [
    { name: 'stream', type: 'obs' },
    { name: 'page', type: 'http' },
  ];
  const change: Parameters<typeof startApi>[0] = {
    ...(home && { home }),
    change: (config) => {
      const primary = { ...config.primary, probes };
      return { ...config, primary, services: [primary] };
    },
  };
  return startApi(change);
};
const saw = (name: string, change: Partial<CheckOf<'probe'>>) => {
  const at = isoTime(api.clock.ms);
  const result: CheckOf<'probe'> = {
    ...{ check: 'probe', service: api.config.primary.name, name, type: name === 'stream' ? 'obs' : 'http' },
    ...{ observedAt: at, everyMs, state: 'ok', value: 4, unit: 'ms', detail: '200 from http://10.0.0.7/', goodAt: at },
    ...change,
  };
  api.take({ type: 'checks', id: `${name}-${at}`, at, results: [result] });
};
const obs = async () => (await api.health()).checks.platforms.obs;
const metrics = async () => (await fetch(`${api.url}/metrics`, { headers: api.headers })).text();

test('D2, S2: OBS is what the probe of the policy saw: on the air, gone, unknown too long', async () => {
  api = await start();
  expect(await obs()).toMatchObject({ configured: true, stale: true, age_s: null });
  saw('stream', {});
  expect(await obs()).toMatchObject({ status: 'ok', streaming: true, stale: false });
  const goodAt = isoTime(api.clock.ms);
  api.clock.ms += everyMs;
  saw('stream', { state: 'failing', goodAt });
  expect(await obs()).toMatchObject({ status: 'disconnected', streaming: false, last_seen: goodAt });
  for (let tick = 0; tick < 3; tick += 1) api.tickAfter(5_000);
  expect((await api.health()).reasons).toContainEqual(
    expect.objectContaining({ check: 'platforms.obs', code: 'platform_disconnected', impact: 'degraded' }),
  );
  expect(
    api.lines.filter(({ event, alertType }) => event === 'alert.raise' && /_obs$/.test(`${alertType}`)),
  ).toHaveLength(1);
  saw('stream', {});
  for (let tick = 0; tick < 3; tick += 1) api.tickAfter(5_000);
  expect(
    api.lines.filter(({ event, alertType }) => event === 'alert.clear' && /_obs$/.test(`${alertType}`)),
  ).toHaveLength(1);
});

test('H5: what probes of policies saw stands in the answer and in /metrics, its words behind the key, and grows old', async () => {
  api = await start();
  saw('page', {});
  const [page] = (await api.health()).probes;
  expect(page).toMatchObject({ name: 'page', type: 'http', status: 'ok', value: 4, unit: 'ms', stale: false });
  expect(await (await fetch(`${api.url}/api/health`)).text()).not.toContain('10.0.0.7');
  expect(await (await fetch(`${api.url}/api/health`, { headers: api.headers })).text()).toContain('10.0.0.7');
  expect(await metrics()).toMatch(/^yoban_probe_up\{[^}]*probe="page"[^}]*\} 1$/m);
  saw('page', { state: 'failing' });
  expect(await metrics()).toMatch(/^yoban_probe_up\{[^}]*probe="page"[^}]*\} 0$/m);
  api.clock.ms += 4 * MINUTE;
  expect((await api.health()).probes[0]).toMatchObject({ stale: true });
  expect(await metrics()).not.toContain('yoban_probe_up');
});

test('a probe that is no longer in the file is not shown', async () => {
  api = await start();
  saw('gone', {});
  expect((await api.health()).probes).toEqual([]);
});
