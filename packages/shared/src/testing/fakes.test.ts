import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createFakeClock } from './fake-clock.ts';
import { startFakeDiscord } from './fake-discord.ts';
import { startFakeLine } from './fake-line.ts';
import { startFakeModel } from './fake-model.ts';
import { startFakeObs } from './fake-obs.ts';
import { startFakePagerduty } from './fake-pagerduty.ts';
import type { Fake, FakeOptions } from './fake-script.ts';
import { startFakeSendgrid } from './fake-sendgrid.ts';
import { startFakeSlack } from './fake-slack.ts';
import { startFakeSmtp } from './fake-smtp.ts';
import { startFakeTelegram } from './fake-telegram.ts';
import { startFakeTiktok } from './fake-tiktok.ts';
import { startFakeWebhook } from './fake-webhook.ts';
import { startFakeYoutube } from './fake-youtube.ts';
import { waitFor } from './wait-for.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});
async function started<F extends { stop(): Promise<void> }>(starting: Promise<F>): Promise<F> {
  const fake = await starting;
  open.push(fake);
  return fake;
}

interface HttpCase {
  name: string;
  start: (options: FakeOptions) => Promise<Fake<{ raw: Buffer; step: string }>>;
  path: string;
  headers?: Record<string, string>;
  body: string;
  okStatus: number;
}

const json = { 'content-type': 'application/json', authorization: 'Bearer t' };
const httpFakes: HttpCase[] = [
  {
    name: 'Slack',
    start: startFakeSlack,
    path: '',
    body: '{"attachments":[{"color":"good","text":"t"}]}',
    okStatus: 200,
  },
  {
    name: 'SendGrid',
    start: startFakeSendgrid,
    path: '/v3/mail/send',
    headers: json,
    body: '{"personalizations":[]}',
    okStatus: 202,
  },
  { name: 'LINE', start: startFakeLine, path: '/v2/bot/message/push', headers: json, body: '{}', okStatus: 200 },
  {
    name: 'Discord',
    start: startFakeDiscord,
    path: '?wait=true',
    headers: { 'content-type': 'application/json' },
    body: '{"content":"t"}',
    okStatus: 200,
  },
  {
    name: 'Telegram',
    start: (options) => startFakeTelegram({ ...options, token: '1:t' }),
    path: '/bot1:t/sendMessage',
    body: '{"chat_id":"1","text":"t"}',
    okStatus: 200,
  },
  {
    name: 'PagerDuty',
    start: (options) => startFakePagerduty({ ...options, key: 'k' }),
    path: '/v2/enqueue',
    body: '{"routing_key":"k","event_action":"resolve","dedup_key":"d"}',
    okStatus: 202,
  },
  {
    name: 'webhook',
    start: startFakeWebhook,
    path: '',
    body: '{"version":"4","status":"firing","alerts":[{"status":"firing"}]}',
    okStatus: 200,
  },
  { name: 'model API', start: startFakeModel, path: '/v1/chat/completions', headers: json, body: '{}', okStatus: 200 },
  {
    name: 'YouTube',
    start: startFakeYoutube,
    path: '/youtube/v3/liveChat/messages',
    headers: json,
    body: '{}',
    okStatus: 200,
  },
];

for (const one of httpFakes) {
  test(`the fake of ${one.name} follows the common script and keeps the raw bytes`, async () => {
    const script = [
      { do: 'reply' as const, status: 429, headers: { 'retry-after': '2' }, body: 'slow down' },
      { do: 'reply' as const, status: 503, times: 2 },
      { do: 'reset-after-accept' as const },
      { do: 'hang' as const },
    ];
    const fake = await started(one.start({ script }));
    const post = (signal?: AbortSignal) =>
      fetch(fake.url + one.path, {
        method: 'POST',
        headers: one.headers ?? {},
        body: one.body,
        ...(signal && { signal }),
      });

    const limited = await post();
    expect([limited.status, limited.headers.get('retry-after'), await limited.text()]).toEqual([429, '2', 'slow down']);
    expect([(await post()).status, (await post()).status]).toEqual([503, 503]);
    await expect(post()).rejects.toThrow();
    const patience = new AbortController();
    const unanswered = post(patience.signal);
    await waitFor('the request that hangs', () => fake.requests().at(-1)?.step === 'hang');
    patience.abort();
    await expect(unanswered).rejects.toThrow();
    expect((await post()).status).toBe(one.okStatus);

    fake.script([{ do: 'outage' }]);
    await expect(post()).rejects.toThrow();
    expect(fake.requests()).toHaveLength(6);
    fake.script([{ do: 'ok', delayMs: 30 }]);
    expect((await post()).status).toBe(one.okStatus);
    for (const request of fake.requests()) {
      expect(request.raw.toString()).toMatch(/^POST .* HTTP\/1\.1\r\n/);
      expect(request.raw.toString().endsWith(one.body)).toBe(true);
    }
    expect(fake.requests().map((request) => request.step)).toEqual([
      'reply',
      'reply',
      'reply',
      'reset-after-accept',
      'hang',
      'ok',
      'ok',
    ]);
  });
}

/** Speaks SMTP as far as the end of DATA; resolves to the last reply, or rejects when the connection is cut. */
async function mail(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const lines = [
    'EHLO me',
    'MAIL FROM:<a@b>',
    'RCPT TO:<c@d>',
    'DATA',
    'Subject: =?UTF-8?Q?=E5=81=9C=E6=AD=A2_x?=\r\n\r\nbody\r\n.',
  ];
  let reply = '';
  const replies = async () => {
    const cut = once(socket, 'close').then(() => Promise.reject(new Error('cut')));
    const [data] = await Promise.race([once(socket, 'data'), cut]);
    reply = String(data);
  };
  await replies();
  for (const line of lines) {
    socket.write(`${line}\r\n`);
    await replies();
  }
  socket.destroy();
  return reply.slice(0, 3);
}

test('the fake mail server follows the common script and keeps the raw message', async () => {
  const fake = await started(
    startFakeSmtp({
      script: [{ do: 'reply', status: 451 }, { do: 'reply', status: 550 }, { do: 'reset-after-accept' }],
    }),
  );
  expect([await mail(fake.url), await mail(fake.url)]).toEqual(['451', '550']);
  await expect(mail(fake.url)).rejects.toThrow();
  expect(await mail(fake.url)).toBe('250');
  fake.script([{ do: 'outage' }]);
  await expect(mail(fake.url)).rejects.toThrow();
  expect(fake.requests()).toHaveLength(4);
  expect(fake.mails()).toHaveLength(2);
  expect(fake.mails()[1]).toMatchObject({ from: 'a@b', to: ['c@d'], subject: '停止 x', text: 'body', status: 250 });
});

test('Slack refuses what is not an attachment, and its messages are read from the raw log', async () => {
  const fake = await started(startFakeSlack());
  const bad = await fetch(fake.url, { method: 'POST', body: 'x' });
  expect([bad.status, await bad.text()]).toEqual([400, 'invalid_payload']);
  await fetch(fake.url, { method: 'POST', body: '{"attachments":[{"color":"danger","text":"t"}]}' });
  expect(fake.messages()).toMatchObject([{ color: 'danger', text: 't' }]);
});

test('LINE answers 409 to a retry key for 24 hours, and 429 when the quota is gone', async () => {
  const clock = createFakeClock();
  const fake = await started(startFakeLine({ quota: 2, now: clock.now }));
  const push = async (key: string) => {
    const headers = { ...json, 'x-line-retry-key': key };
    return (await fetch(`${fake.url}/v2/bot/message/push`, { method: 'POST', headers, body: '{}' })).status;
  };
  expect([await push('a'), await push('a')]).toEqual([200, 409]);
  clock.advance(24 * 3_600_000);
  expect([await push('a'), await push('b')]).toEqual([200, 429]);
});

test('LINE has taken a push whose answer was cut: the next one with its key is a repeat', async () => {
  const fake = await started(startFakeLine({ script: [{ do: 'reset-after-accept' }] }));
  const push = () =>
    fetch(`${fake.url}/v2/bot/message/push`, {
      method: 'POST',
      headers: { ...json, 'x-line-retry-key': 'k' },
      body: '{"to":"U1","messages":[{"type":"text","text":"t"}]}',
    });
  await expect(push()).rejects.toThrow();
  expect((await push()).status).toBe(409);
  expect(fake.pushes()).toMatchObject([
    { to: 'U1', text: 't', key: 'k', outcome: 'accepted' },
    { key: 'k', outcome: 'repeated' },
  ]);
});

test('YouTube gives each message once, to whoever follows the page token', async () => {
  const fake = await started(startFakeYoutube());
  fake.say('Aki', 'hello');
  fake.say('Ben', 'nice', 500);
  const poll = async (token: string) => {
    const response = await fetch(`${fake.url}/youtube/v3/liveChat/messages?pageToken=${token}`);
    return (await response.json()) as { items: { snippet: { type: string } }[]; nextPageToken: string };
  };
  const first = await poll('');
  expect(first.items.map((item) => item.snippet.type)).toEqual(['textMessageEvent', 'superChatEvent']);
  expect((await poll(first.nextPageToken)).items).toEqual([]);
});

const nextMessage = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0]));

test('the TikTok feed refuses, cuts and feeds by the common script', async () => {
  const fake = await started(startFakeTiktok({ script: [{ do: 'reply', status: 503 }, { do: 'reset-after-accept' }] }));
  const refused = new WebSocket(fake.url);
  expect(String((await once(refused, 'error'))[0])).toContain('503');
  await once(
    new WebSocket(fake.url).on('error', () => undefined),
    'close',
  );
  const socket = new WebSocket(fake.url);
  expect(await nextMessage(socket)).toEqual({ type: 'connected' });
  fake.emit({ type: 'gift', yen: 300 });
  expect(await nextMessage(socket)).toEqual({ type: 'gift', yen: 300 });
  fake.dropClients();
  await once(socket, 'close');
  expect(fake.requests().map((one) => one.step)).toEqual(['reply', 'reset-after-accept', 'ok']);
});

test('OBS says hello, identifies and answers by its state', async () => {
  const fake = await started(startFakeObs());
  const socket = new WebSocket(fake.url);
  expect((await nextMessage(socket)).op).toBe(0);
  socket.send(JSON.stringify({ op: 1, d: { rpcVersion: 1 } }));
  expect((await nextMessage(socket)).op).toBe(2);
  fake.state.streaming = false;
  socket.send(JSON.stringify({ op: 6, d: { requestType: 'GetStreamStatus', requestId: '1' } }));
  expect((await nextMessage(socket)).d).toMatchObject({
    requestStatus: { code: 100 },
    responseData: { outputActive: false },
  });
  expect(fake.calls()).toEqual([{ requestType: 'GetStreamStatus', requestData: null }]);
});

test('OBS with a password closes with 4009 on a wrong answer', async () => {
  const fake = await started(startFakeObs({ password: 'p' }));
  const socket = new WebSocket(fake.url);
  expect((await nextMessage(socket)).d.authentication).toHaveProperty('challenge');
  socket.send(JSON.stringify({ op: 1, d: { rpcVersion: 1, authentication: 'wrong' } }));
  expect((await once(socket, 'close'))[0]).toBe(4009);
});
