import { expect, test } from 'vitest';
import { ProbeConfig } from '../policy/probe-config.ts';
import { readPingTokens } from './read-ping-tokens.ts';

const heartbeat = (name: string) => ProbeConfig.parse({ type: 'heartbeat', token: { env: name }, period: '24h' });
const read = (env: Record<string, string>) =>
  readPingTokens(
    {
      services: {
        shop: { probes: { nightly: heartbeat('NIGHTLY'), port: ProbeConfig.parse({ type: 'tcp', port: 80 }) } },
        blog: { probes: { nightly: heartbeat('NIGHTLY'), hourly: heartbeat('HOURLY') } },
      },
    },
    env,
  );

test('the tokens of all heartbeats, each once; those that are not set are named', () => {
  const token = '0123456789abcdef';
  expect(read({ NIGHTLY: token })).toEqual({
    tokens: [token],
    skipped: [{ probe: 'blog.hourly', missing: 'HOURLY' }],
  });
});

test.each([['short'], ['with/a-slash-in-it'], ['with a space in it']])('"%s" is no token for an address', (token) => {
  expect(() => read({ NIGHTLY: token })).toThrow(/NIGHTLY is no token for an address/);
});
