import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { intakeBodyMaxBytes, intakeEventsMax } from '@yoban/shared/contracts/intake';
import { OpsError } from '@yoban/shared/errors';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type IntakeServer, listenForEvents } from './intake-server.ts';

const event = (id: string): AlertEvent => ({
  id,
  kind: 'raise',
  level: 'critical',
  service: 'a',
  alertType: 'process_down',
  at: '2026-03-11T06:30:00.000Z',
  params: {},
  lastError: null,
  incidentId: null,
});

let temp: ReturnType<typeof makeTempDir>;
let socket: string;
let server: IntakeServer;
let taken: string[];
let refusal: OpsError | null;
const { log, lines } = createTestLog();

beforeEach(async () => {
  temp = makeTempDir();
  socket = path.join(temp.dir, 'run', 'alerter.sock');
  taken = [];
  refusal = null;
  lines.length = 0;
  const take = async (events: readonly AlertEvent[]) => {
    if (refusal) throw refusal;
    taken.push(...events.map(({ id }) => id));
  };
  server = await listenForEvents({
    socket,
    tcp: { host: '127.0.0.1', port: 0 },
    take,
    log,
  });
});
afterEach(async () => {
  await server.close();
  temp.remove();
});

interface Asked {
  method?: string;
  path?: string;
  body?: string;
  headers?: Record<string, string>;
}

function ask({ method = 'POST', path: asked = '/events', body = '', headers = {} }: Asked) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request({ socketPath: socket, method, path: asked, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('A5: one event or a list, by the socket or by the port; the socket is for our own user and group', async () => {
  const bySocket = createAlerterIntake({ socket });
  const byPort = createAlerterIntake({ url: `http://127.0.0.1:${server.port}` });
  await bySocket.post([event('a'), event('b')]);
  await byPort.post([event('c')]);
  expect(await ask({ body: JSON.stringify(event('d')) })).toEqual({ status: 200, body: '{"taken":1}' });
  expect(taken).toEqual(['a', 'b', 'c', 'd']);
  expect(statSync(socket).mode & 0o777).toBe(0o660);
});

test('a long list goes in several requests, in order', async () => {
  const many = Array.from({ length: intakeEventsMax + 1 }, (_, at) => `e${at}`);
  await createAlerterIntake({ socket }).post(many.map(event));
  expect(taken).toEqual(many);
});

test('what is no alert event is refused with its place, and nothing of its list is taken', async () => {
  const bad = await ask({ body: JSON.stringify([event('a'), { ...event('b'), kind: 'shout' }]) });
  expect([bad.status, taken]).toEqual([400, []]);
  expect(bad.body).toContain('1.kind');
  const answers = [
    await ask({ body: '{' }),
    await ask({ body: '[]' }),
    await ask({ method: 'GET' }),
    await ask({ path: '/x' }),
    await ask({ headers: { 'content-length': String(intakeBodyMaxBytes + 1) } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 405, 404, 413]);
  for (const { body } of answers) expect(JSON.parse(body)).toHaveProperty('detail');
});

test('A5: what cannot be kept is answered with its reason, which reaches the sender', async () => {
  refusal = new OpsError('SPOOL_FULL', 'the spool holds 64 MB and takes no more');
  const posted = createAlerterIntake({ socket }).post([event('a')]);
  await expect(posted).rejects.toMatchObject({
    code: 'INTAKE_UNAVAILABLE',
    cause: { message: 'it answered 507: the spool holds 64 MB and takes no more' },
  });
  expect(lines).toMatchObject([{ event: 'intake.refused', code: 'SPOOL_FULL' }]);
  await server.close();
  await expect(createAlerterIntake({ socket }).post([event('a')])).rejects.toMatchObject({
    code: 'INTAKE_UNAVAILABLE',
  });
});

test('A5: what its sender does not wait for any more when it is read is not taken: it has gone another way', async () => {
  const body = JSON.stringify(event('a'));
  const head = `POST /events HTTP/1.1\r\nhost: alerter\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const gone = connect(socket, () => {
    gone.write(head + body);
    gone.destroy();
  });
  await once(gone, 'close');
  await waitFor('its end', () => lines.some((line) => line.event === 'intake.left'), 30_000);
  await createAlerterIntake({ socket }).post([event('b')]);
  expect(taken).toEqual(['b']);
});

test('a socket that a killed alerter left is replaced', async () => {
  const left = path.join(temp.dir, 'left.sock');
  writeFileSync(left, '');
  const again = await listenForEvents({ socket: left, tcp: null, take: async () => {}, log });
  await createAlerterIntake({ socket: left }).post([event('a')]);
  expect(again.port).toBeNull();
  await again.close();
});
