import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framedLook } from '../policy-probes/framed-look.ts';
import { bad, good } from '../policy-probes/verdict.ts';
import { createHttpProbe } from './http.ts';
import { lookLimit } from './look-limit.ts';

const answerAfterMs = 200;
const timeoutMs = 400;
/** Over the limit, with the answer there for long. */
const stallMs = 1_000;

/** Not in our own loop: it answers while we stand still. It tells us of each request. */
const serverCode = `
const { parentPort } = require('node:worker_threads');
const server = require('node:http').createServer((request, response) => {
  parentPort.postMessage('asked');
  if (request.url === '/slow') setTimeout(() => response.end('ok'), ${answerAfterMs});
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
let server: Worker;
let url = '';

beforeAll(async () => {
  server = new Worker(serverCode, { eval: true });
  const [port] = await once(server, 'message');
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => server.terminate());

function standStill(): void {
  const end = performance.now() + stallMs;
  while (performance.now() < end);
}

/** A look of which the request is on its way when we stand still. */
async function lookThroughStall<T>(look: () => Promise<T>): Promise<T> {
  const asked = once(server, 'message');
  const looked = look();
  await asked;
  standStill();
  return looked;
}

const httpLook = async (path: string, signal?: AbortSignal) => {
  const probe = createHttpProbe({ url: `${url}${path}`, timeoutMs });
  try {
    return await probe.look(signal);
  } finally {
    probe.close();
  }
};

test('a stall of our own is not the silence of a server that has answered meanwhile', async () => {
  expect(await lookThroughStall(() => httpLook('/slow'))).toMatchObject({ outcome: 'answered', status: 200 });
});

test('nor is it for a declared probe', async () => {
  const look = framedLook({ timeoutMs, now: Date.now }, async (signal) =>
    (await httpLook('/slow', signal)).outcome === 'answered' ? good('answered') : bad('no answer'),
  );
  expect(await lookThroughStall(() => look(new AbortController().signal))).toMatchObject({ passes: true });
});

test('a server that is silent after the stall, too, has not answered in time', async () => {
  expect(await lookThroughStall(() => httpLook('/never'))).toMatchObject({
    ...{ outcome: 'failed', failure: 'timeout', detail: 'no answer within 0.4 s' },
  });
});

test('without a stall the limit is the limit, and one that was cleared ends nothing', async () => {
  const cleared = lookLimit(50);
  cleared.clear();
  const begin = performance.now();
  const limit = lookLimit(100);
  await once(limit.signal, 'abort');
  expect(performance.now() - begin).toBeGreaterThan(90);
  expect(cleared.signal.aborted).toBe(false);
});
