import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { freePort } from '@yoban/shared/testing/free-port';
import { describe, expect, test } from 'vitest';
import { type DeafPort, openDeafPort } from './deaf-port.ts';
import { type Counterpart, policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

/** A port that listens, one that does not, and one whose owner stands still. */
async function port(type: 'tcp' | 'network'): Promise<Counterpart> {
  const server = net.createServer((socket) => socket.on('error', () => undefined).resume());
  const own = await freePort();
  const listen = async () => {
    server.listen(own, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen();
  let deaf: DeafPort | null = null;
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  return {
    probe: () => probeOf({ type, host: '127.0.0.1', port: deaf?.port ?? own, timeout: '400ms' }),
    hurt: close,
    reason: /connection refused/,
    heal: async () => {
      deaf?.end();
      deaf = null;
      if (!server.listening) await listen();
    },
    hang: async () => {
      deaf = await openDeafPort();
    },
    end: close,
  };
}

describe('V3: a port that listens', () => {
  policyProbeConformance('tcp', { timeoutMs: 400, hung: 'bad', blind: false }, () => port('tcp'));
});
policyProbeConformance('network', { timeoutMs: 400, hung: 'bad', blind: false }, () => port('network'));

test('network: the time to a connection is told and limited', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const declared = { type: 'network', host: 'localhost', port: (server.address() as AddressInfo).port };
  const near = await lookOnce(probeOf({ ...declared, host: '127.0.0.1' }));
  expect(near).toMatchObject({ passes: true, unit: 'ms', value: expect.any(Number) });
  const limited = await lookOnce(probeOf({ ...declared, host: '127.0.0.1', maxLatency: '0ms' }));
  expect(limited).toMatchObject({ passes: false, detail: expect.stringContaining('over 0 ms') });
  expect(await lookOnce(probeOf({ ...declared, host: 'no-such-host.invalid', timeout: '5s' }))).toMatchObject({
    passes: false,
  });
  server.close();
});
