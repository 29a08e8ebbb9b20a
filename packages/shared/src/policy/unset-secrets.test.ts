import { expect, test } from 'vitest';
import { ActionConfig } from './action-config.ts';
import { ProbeConfig } from './probe-config.ts';
import { unsetPolicySecrets } from './unset-secrets.ts';

const services = {
  shop: {
    probes: {
      nightly: ProbeConfig.parse({ type: 'heartbeat', token: { env: 'NIGHTLY' }, period: '24h' }),
      db: ProbeConfig.parse({ type: 'postgres', url: { env: 'DATABASE_URL' } }),
      api: ProbeConfig.parse({ type: 'http', url: 'http://h/', bearer: { env: 'API_KEY' } }),
      open: ProbeConfig.parse({ type: 'http', url: 'http://h/' }),
      model: ProbeConfig.parse({ type: 'model', url: 'http://h/', bearer: { env: 'MODEL_KEY' } }),
      stream: ProbeConfig.parse({ type: 'obs', password: { env: 'OBS_PASSWORD' } }),
      port: ProbeConfig.parse({ type: 'tcp', port: 80 }),
    },
    actions: {
      refresh: ActionConfig.parse({ kind: 'obs_refresh', source: 'page', password: { env: 'OBS_PASSWORD' } }),
      again: ActionConfig.parse({ kind: 'supervisor', op: 'restart' }),
    },
  },
};

test('every secret of a policy that is not set is named with who needs it', () => {
  const all = unsetPolicySecrets({ services }, {});
  expect(all.map(({ name, missing }) => `${name} ${missing}`)).toEqual([
    'shop.refresh OBS_PASSWORD',
    'shop.nightly NIGHTLY',
    'shop.db DATABASE_URL',
    'shop.api API_KEY',
    'shop.model MODEL_KEY',
    'shop.stream OBS_PASSWORD',
  ]);
  const env = { NIGHTLY: 'x', DATABASE_URL: 'x', API_KEY: 'x', MODEL_KEY: 'x', OBS_PASSWORD: 'x' };
  expect(unsetPolicySecrets({ services }, env)).toEqual([]);
});
