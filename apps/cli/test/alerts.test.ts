import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Answer, type LoggedRequest, startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeHome } from './support/run-yoban.ts';

const temp = makeTempDir();
const home = makeHome(path.join(temp.dir, 'h'));
const at = '2026-03-11T06:30:00.000Z';
const keyFile = path.join(home.dir, 'keys', 'admin_api_key');

/** What the server answers, by method and path without the query. */
let answers: Record<string, Answer | Answer[]> = {};
let server: Awaited<ReturnType<typeof startLoopbackHttp>>;
beforeAll(async () => {
  server = await startLoopbackHttp({ answer });
  home.env.HEALTH_URL = `${server.url}/api/health`;
  mkdirSync(path.dirname(keyFile), { recursive: true });
  writeFileSync(keyFile, 'the-key-of-the-kit\n');
});
beforeEach(() => {
  answers = {};
});
afterAll(async () => {
  await server.stop();
  temp.remove();
});

function answer({ method, path: address }: LoggedRequest): Answer {
  const found = answers[`${method} ${address.split('?')[0]}`];
  return (Array.isArray(found) ? found.shift() : found) ?? { status: 500, body: 'a surprise' };
}
const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const problem = (status: number, code: string, detail: string): Answer =>
  json({ type: 'about:blank', title: code, status, code, detail, hint: 'do better', retryable: false }, status);
const taken = json({ commandId: 'c1' }, 202);
const audit = (change: Record<string, unknown>) =>
  json({
    ...{ id: 'c1', do: 'ack', actor: 'operator', target: 'a/b#1', note: null, done: true, reason: 'acked', at },
    ...change,
  });
const asked = () => server.requests().map(({ method, path: address, body }) => `${method} ${address} ${body}`.trim());

const alert = {
  ...{ id: 'ailife/llm_error_rate#1', service: 'ailife', alertType: 'llm_error_rate', level: 'warning', state: 'open' },
  ...{ raisedAt: at, resolvedAt: null, params: { value: 15.3, limit: 10 }, lastError: null, suppressed: 3 },
  notices: [
    { id: 'n1', channel: 'slack', kind: 'digest', state: 'sent', attempts: 1, at },
    { id: 'n2', channel: 'mail', kind: 'raise', state: 'dead', attempts: 4, at, lastError: 'smtp_550' },
  ],
};

test('alerts: the list is narrowed by the server and printed in the language of the reader', async () => {
  answers = { 'GET /api/alerts': json({ alerts: [alert], next: null }) };
  const before = server.requests().length;
  const ran = await home.yoban(['alerts', '--state', 'open', '--service', 'ailife', '--lines', '7']);
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toMatch(
    /^open +\[WARN\] +2026-03-11 15:30:00 +ailife +LLM error rate is over 10% \(now 15.3%\)\. ×4 +slack, !mail +ailife\/llm_error_rate#1$/m,
  );
  expect(asked().slice(before)).toEqual(['GET /api/alerts?limit=7&state=open&service=ailife']);
  expect(server.requests().at(-1)?.headers.authorization).toBe('Bearer the-key-of-the-kit');
  expect((await home.yoban(['alerts', 'list', '--lang', 'ja'])).out).toContain('LLM のエラー率が 10% を超えました');
  expect((await home.yoban(['alerts', '--json'])).json()).toMatchObject({ alerts: [{ id: alert.id }], next: null });
});

test('A7: alerts ack waits for the alerter, and says in words when it changed nothing', async () => {
  const ack = `POST /api/alerts/${encodeURIComponent('a/b#1')}/ack`;
  const none = problem(404, 'NOT_FOUND', 'nothing yet');
  answers = { [ack]: taken, 'GET /api/alerts/commands/c1': [none, audit({})] };
  const ran = await home.yoban(['alerts', 'ack', 'a/b#1', '--note', 'on it']);
  expect(ran).toMatchObject({ code: 0, out: 'a/b#1 is acknowledged.\n', err: '' });
  expect(asked()).toContain(`${ack} {"note":"on it"}`);
  answers = { [ack]: taken, 'GET /api/alerts/commands/c1': audit({ done: false, reason: 'not_open' }) };
  const over = await home.yoban(['alerts', 'ack', 'a/b#1']);
  expect(over).toMatchObject({ code: 1, out: '' });
  expect(over.err).toContain('error CONFLICT: the alert is over\n');
});

test('A7: alerts silence sends what it is for and until when, and prints how to end it', async () => {
  answers = { 'POST /api/silences': taken, 'GET /api/alerts/commands/c1': audit({ do: 'silence', target: 's-7' }) };
  const now = () => Date.parse(at);
  const words = ['--service', 'shop', '--type', 'HighErrorRate', '--comment', 'known'];
  const ran = await home.yoban(['alerts', 'silence', ...words, '--for', '90m'], { now });
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toContain('until 2026-03-11 17:00:00 JST');
  expect(ran.out).toContain('yoban alerts unsilence s-7');
  const matcher = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });
  expect(JSON.parse(server.requests().findLast(({ method }) => method === 'POST')?.body ?? '')).toEqual({
    matchers: [matcher('service', 'shop'), matcher('alertType', 'HighErrorRate')],
    endsAt: '2026-03-11T08:00:00.000Z',
    comment: 'known',
  });
  const ahead = ['--from', '2026-03-12 02:00', '--until', '2026-03-12 04:00', '--json'];
  expect((await home.yoban(['alerts', 'silence', ...words, ...ahead], { now })).json()).toMatchObject({
    ...{ id: 's-7', startsAt: '2026-03-11T17:00:00.000Z', endsAt: '2026-03-11T19:00:00.000Z' },
  });
});

test.each([
  [['silence', '--for', '1h', '--comment', 'x'], '--service or --type'],
  [['silence', '--service', 's', '--for', '1h'], '--comment'],
  [['silence', '--service', 's', '--comment', 'x'], '--for or --until'],
  [['silence', '--service', 's', '--comment', 'x', '--for', 'an hour'], '"an hour"'],
  [['silence', '--service', 's', '--comment', 'x', '--for', '1h', '--until', '2099-01-01 00:00'], '--for, --until'],
  [['silence', '--service', 's', '--comment', 'x', '--until', '2020-01-01 00:00'], 'over already'],
  [['ack'], 'id'],
  [['list', '--state', 'closed'], '"closed"'],
  [['list', '--lines', '501'], '1 to 500'],
  [['dead', 'bury', 'n1'], 'alerts dead bury'],
  [['dead', 'resend'], 'id'],
  [['nonsense'], 'too many arguments'],
])('wrong use is exit 2 and asks nobody: alerts %j', async (words, said) => {
  const before = server.requests().length;
  const ran = await home.yoban(['alerts', ...words]);
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toContain('error USAGE');
  expect(ran.err).toContain(said);
  expect(server.requests().length).toBe(before);
});

test('A8: alerts test waits for each channel and is exit 1 when one did not take it', async () => {
  const tests = (outcome: string, detail: string | null) => [
    { id: 'c1', channel: 'slack', outcome: 'sent', detail: null, at },
    { id: 'c1', channel: 'mail', outcome, detail, at },
    { id: 'another', channel: 'mail', outcome: 'failed', detail: 'timeout', at },
  ];
  answers = {
    'POST /api/alerts/test': taken,
    'GET /api/alerts/commands/c1': audit({ do: 'test', target: null, reason: 'sent_in_part' }),
    'GET /api/alerts/test': [json({ tests: [] }), json({ tests: tests('failed', 'smtp_535') })],
  };
  const ran = await home.yoban(['alerts', 'test']);
  expect(ran).toMatchObject({ code: 1, err: '' });
  expect(ran.out).toMatch(/^mail +FAILED +smtp_535\nslack +sent +-$/m);
  answers = {
    'POST /api/alerts/test': taken,
    'GET /api/alerts/commands/c1': audit({ do: 'test', target: null, reason: 'sent' }),
    'GET /api/alerts/test': json({ tests: tests('sent', null) }),
  };
  const good = await home.yoban(['alerts', 'test', 'mail', '--json']);
  expect(good.code).toBe(0);
  expect(good.json()).toMatchObject({ id: 'c1', ok: true, tests: [{ channel: 'mail' }, { channel: 'slack' }] });
  expect(asked()).toContain('POST /api/alerts/test {"channel":"mail"}');
});

test('A5: alerts dead lists what was given up, with why, and sends one again', async () => {
  const { notices, ...rest } = alert;
  const resend = `POST /api/alerts/dead/${encodeURIComponent('n2')}/resend`;
  answers = {
    'GET /api/alerts/dead': json({ notices: [{ notice: notices[1], alert: rest }] }),
    [resend]: taken,
    'GET /api/alerts/commands/c1': audit({ do: 'resend', target: 'n2', reason: 'resent' }),
  };
  const listed = await home.yoban(['alerts', 'dead']);
  expect(listed).toMatchObject({ code: 1, err: '' });
  expect(listed.out).toMatch(/mail +raise +4 +smtp_550 +LLM error rate .* +n2$/m);
  expect(await home.yoban(['alerts', 'dead', 'resend', 'n2'])).toMatchObject({ code: 0, err: '' });
});

test('A7: alerts silences and unsilence', async () => {
  const silence = {
    ...{ id: 's-7', state: 'active', startsAt: at, endsAt: '2026-03-11T08:00:00.000Z', createdBy: 'operator' },
    ...{ comment: 'known', updatedAt: at, matchers: [{ name: 'instance', value: 'web-[0-9]+', isRegex: true }] },
  };
  answers = {
    'GET /api/silences': json({ silences: [silence] }),
    'DELETE /api/silences/s-7': taken,
    'GET /api/alerts/commands/c1': audit({ do: 'unsilence', target: 's-7', reason: 'unsilenced' }),
  };
  expect((await home.yoban(['alerts', 'silences'])).out).toContain('instance=~"web-[0-9]+"');
  expect(await home.yoban(['alerts', 'unsilence', 's-7'])).toMatchObject({ code: 0, out: 'Silence s-7 is over.\n' });
});

test('a kit that is down, a key that is missing or wrong, and a refusal are told with what to do', async () => {
  const down = await home.yoban(['alerts'], { env: { ...home.env, HEALTH_URL: 'http://127.0.0.1:9/api/health' } });
  expect(down.code).toBe(1);
  expect(down.err).toMatch(/^error KIT_NOT_RUNNING: 127\.0\.0\.1:9 does not answer: .+\nhint: Start the kit with/);
  answers = { 'GET /api/alerts': problem(401, 'UNAUTHORIZED', 'this needs the admin key') };
  const wrong = await home.yoban(['alerts']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('does not take this admin key\nhint: Set ADMIN_API_KEY');
  const keyless = await home.yoban(['alerts'], { env: { ...home.env, YOBAN_HOME: path.join(temp.dir, 'empty') } });
  expect(keyless).toMatchObject({ code: 2, out: '' });
  expect(keyless.err).toContain('error UNAUTHORIZED: no admin key');
  answers = { 'POST /api/alerts/x/ack': problem(503, 'BUS_UNAVAILABLE', 'Redis does not take the request') };
  const away = await home.yoban(['alerts', 'ack', 'x', '--json']);
  expect(away.code).toBe(1);
  expect(away.json().error).toMatchObject({ code: 'BUS_UNAVAILABLE', hint: 'do better' });
  answers = { 'GET /api/alerts': { status: 502, body: '<html>' } };
  expect((await home.yoban(['alerts'])).err).toContain('answered 502, which is not an answer of the kit');
});
