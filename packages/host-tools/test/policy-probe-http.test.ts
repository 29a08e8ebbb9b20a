import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { type Counterpart, policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

/** A server whose answer can be changed. */
async function serve(first: Handler) {
  const state = { handler: first, url: '', requests: 0 };
  const server = http.createServer((request, response) => {
    state.requests += 1;
    state.handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return state;
}

const says =
  (body: unknown, status = 200, headers: http.OutgoingHttpHeaders = {}): Handler =>
  (_, response) =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

policyProbeConformance('http', { timeoutMs: 500, hung: 'bad', blind: true }, async (): Promise<Counterpart> => {
  const healthy = says({ status: 'healthy', checks: {} });
  const server = await serve(healthy);
  const declared = { type: 'http', url: server.url, timeout: '500ms', json: [{ path: '/status', equals: 'healthy' }] };
  const set = (handler: Handler) => () => {
    server.handler = handler;
  };
  return {
    probe: () => probeOf(declared),
    hurt: set(says({ status: 'unhealthy' })),
    reason: /^\/status is "unhealthy", not "healthy"$/,
    heal: set(healthy),
    hang: set(() => undefined),
    blind: {
      probe: () => probeOf({ ...declared, bearer: { env: 'NO_SUCH_SECRET' } }),
      reason: /^NO_SUCH_SECRET is not set$/,
    },
    end: () => undefined,
  };
});

const priceRule = { json: [{ path: '/current_price', exists: true }] };
const cases: { what: string; answer: Handler; declared: object; passes: boolean; detail: RegExp }[] = [
  {
    what: 'C1: a field that is there',
    answer: says({ current_price: 28.4 }),
    declared: priceRule,
    passes: true,
    detail: /200/,
  },
  {
    what: 'C1: a field that is not there',
    answer: says({ price: 28.4 }),
    declared: priceRule,
    passes: false,
    detail: /current_price is not there/,
  },
  {
    what: 'C1: a page of HTML with status 200',
    answer: says('<html>current_price</html>'),
    declared: priceRule,
    passes: false,
    detail: /not JSON but HTML/,
  },
  {
    what: 'pretty JSON',
    answer: says('{\n  "current_price" : 1\n}\n'),
    declared: priceRule,
    passes: true,
    detail: /200/,
  },
  { what: 'an empty body', answer: says(''), declared: priceRule, passes: false, detail: /not JSON but empty/ },
  {
    what: 'a body that is cut off',
    answer: (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"current_price": 1');
      setImmediate(() => request.socket.destroy());
    },
    declared: priceRule,
    passes: false,
    detail: /connection closed/,
  },
  {
    what: 'a redirect',
    answer: says('', 302, { location: '/login' }),
    declared: {},
    passes: false,
    detail: /answered 302, not 200/,
  },
  {
    what: 'a redirect that is expected',
    answer: says('', 302, { location: '/login' }),
    declared: { status: [302] },
    passes: true,
    detail: /302/,
  },
  {
    what: 'W1: 405 of a webhook that takes no GET',
    answer: says('', 405),
    declared: { status: [405] },
    passes: true,
    detail: /405/,
  },
  {
    what: 'W1: 200 where 405 is expected',
    answer: says('ok'),
    declared: { status: [405] },
    passes: false,
    detail: /answered 200, not 405/,
  },
  {
    what: '503 with the right body',
    answer: says({ current_price: 1 }, 503),
    declared: priceRule,
    passes: false,
    detail: /answered 503/,
  },
  {
    what: 'a text that is there',
    answer: says('all good'),
    declared: { contains: ['good'] },
    passes: true,
    detail: /200/,
  },
  {
    what: 'a text that is missing',
    answer: says('all bad'),
    declared: { contains: ['good'] },
    passes: false,
    detail: /does not contain "good"/,
  },
  {
    what: 'an answer that comes late',
    answer: (_, response) => void setTimeout(() => response.end('ok'), 150),
    declared: { maxLatency: '100ms' },
    passes: false,
    detail: /over 100 ms/,
  },
  {
    what: 'a body that goes on and on',
    answer: (_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    },
    declared: { timeout: '200ms' },
    passes: false,
    detail: /within 200 ms|within 0.2 s/,
  },
];

test.each(cases)('$what', async ({ answer, declared, passes, detail }) => {
  const server = await serve(answer);
  const finding = await lookOnce(probeOf({ type: 'http', url: server.url, ...declared }));
  expect(finding).toMatchObject({ passes, unknown: false, detail: expect.stringMatching(detail) });
});

test('P1: the status of a project that is paused is told as that', async () => {
  const server = await serve(says('', 540));
  const finding = await lookOnce(probeOf({ type: 'http', url: server.url }));
  expect(finding).toMatchObject({ passes: false, detail: 'answered 540 (the project is paused), not 200' });
});

test('http: method and bearer are sent, the secret is not told', async () => {
  const seen: unknown[] = [];
  const server = await serve((request, response) => {
    seen.push([request.method, request.headers.authorization]);
    response.writeHead(401).end();
  });
  const probe = probeOf(
    { type: 'http', url: server.url, method: 'POST', bearer: { env: 'PROBE_TOKEN' } },
    { env: { PROBE_TOKEN: 'hush-hush' } },
  );
  expect((await lookOnce(probe)).detail).not.toContain('hush');
  expect(seen).toEqual([['POST', 'Bearer hush-hush']]);
});

test('http: nobody listens', async () => {
  const finding = await lookOnce(probeOf({ type: 'http', url: 'http://127.0.0.1:1/' }));
  expect(finding).toMatchObject({ passes: false, unknown: false, detail: 'connection refused' });
});
