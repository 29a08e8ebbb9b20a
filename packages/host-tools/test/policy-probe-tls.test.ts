import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';
import { makeCertificate } from './support/make-certificate.ts';

const temp = makeTempDir();
const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
  temp.remove();
});

/** A certificate of our own making, and the file that makes it trusted. */
function certify(name: string, days: number, host = 'localhost') {
  const made = makeCertificate(host, days);
  const file = path.join(temp.dir, `${name}.pem`);
  writeFileSync(file, made.cert);
  return { ...made, file };
}

async function serve(shown: { key: string; cert: string }) {
  const server = tls.createServer(shown, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  ends.push(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

const long = certify('long', 90);

policyProbeConformance('tls', { timeoutMs: 500, hung: 'bad', blind: true }, async () => {
  const { server, port } = await serve(long);
  const short = certify('short', 5);
  const mute = net.createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, 'localhost');
  await once(mute, 'listening');
  ends.push(() => mute.close());
  // Both are trusted, so that only the days left tell them apart.
  const ca = path.join(temp.dir, 'trusted.pem');
  writeFileSync(ca, long.cert + short.cert);
  let at = port;
  return {
    probe: () => probeOf({ type: 'tls', host: 'localhost', port: at, ca, timeout: '500ms' }),
    hurt: () => server.setSecureContext(short),
    reason: /^its certificate ends in (4.\d|5) d, under 14 d$/,
    heal: () => {
      at = port;
      server.setSecureContext(long);
    },
    hang: () => {
      at = (mute.address() as AddressInfo).port;
    },
    blind: {
      probe: () => probeOf({ type: 'tls', host: 'localhost', port, ca: '/no/such.pem' }),
      reason: /cannot be read/,
    },
    end: () => undefined,
  };
});

test('tls: the hours left are told, and a certificate that has ended says since when', async () => {
  const { port } = await serve(long);
  const declared = { type: 'tls', host: 'localhost', port, ca: long.file };
  const finding = await lookOnce(probeOf(declared));
  expect(finding).toMatchObject({ passes: true, unit: 'h' });
  expect(finding.value).toBeGreaterThan(89 * 24);
  const later = { now: () => Date.now() + 91 * 86_400_000 };
  expect(await lookOnce(probeOf(declared, later))).toMatchObject({
    ...{ passes: false, detail: expect.stringMatching(/certificate ended .* ago/) },
  });
});

test('tls: nobody trusts it, it is of another host, or it is no TLS at all', async () => {
  const { port } = await serve(long);
  expect(await lookOnce(probeOf({ type: 'tls', host: 'localhost', port }))).toMatchObject({
    ...{ passes: false, detail: 'its certificate is not trusted: it is signed by itself' },
  });
  const other = certify('other', 90, 'elsewhere.example');
  const wrong = await serve(other);
  expect(await lookOnce(probeOf({ type: 'tls', host: 'localhost', port: wrong.port, ca: other.file }))).toMatchObject({
    passes: false,
    detail: 'its certificate is not trusted: it is of another host',
  });
  const plain = net.createServer((socket) =>
    socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  plain.listen(0, 'localhost');
  await once(plain, 'listening');
  ends.push(() => plain.close());
  const { port: plainPort } = plain.address() as AddressInfo;
  expect(await lookOnce(probeOf({ type: 'tls', host: 'localhost', port: plainPort }))).toMatchObject({
    ...{ passes: false, detail: 'what answers does not speak TLS' },
  });
});
