import { firstBrokenAuditRow } from '@yoban/shared/facts/audit-log';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Api,
  adminKey,
  appToken,
  builtDashboard,
  hookToken,
  ingestToken,
  kickToken,
  pingToken,
  startApi,
} from './start-api.ts';

let redis: PrivateRedis;
let api: Api;
beforeAll(async () => {
  redis = await startPrivateRedis();
  api = await startApi({
    redisUrl: redis.url,
    change: (config) => ({ ...config, dashboardDir: builtDashboard(config.kit.paths.home) }),
  });
});
afterAll(async () => {
  await api.close();
  await redis.stop();
});

const address = (url: string, token = 'x') => url.replace('*', 'x').replace(':token', token);
const ask = (method: string, url: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}${address(url)}`, { method, headers, redirect: 'manual' });

const keyFor = (auth: string) => (auth === 'app' ? appToken : auth === 'kick' ? kickToken : adminKey);

test('D1: each route of the server’s own list refuses no key and a wrong key, and lets the right one in', async () => {
  const open = ['/', '/api/health', '/health', '/livez', '/ready', '/readyz', '/-/healthy', '/-/ready', '/admin/login'];
  expect(api.routes.length).toBeGreaterThan(20);
  for (const { method, url, auth } of api.routes) {
    const what = `${method} ${url}`;
    const none = await ask(method, url);
    const wrong = await ask(method, url, { 'x-api-key': `${adminKey}x` });
    const right =
      auth === 'hook' || auth === 'ping'
        ? await ask(method, address(url, auth === 'hook' ? hookToken : pingToken))
        : await ask(method, url, { 'x-api-key': keyFor(auth) });
    if (auth === 'none') {
      expect(open, what).toContain(url);
      expect(none.status, what).not.toBe(401);
      continue;
    }
    expect([none.status, wrong.status], what).toEqual([401, 401]);
    expect(right.status, what).not.toBe(401);
    expect(right.status, what).not.toBe(403);
  }
});

test('D1: the key goes by Bearer too, and an app token opens nothing but reports', async () => {
  expect((await ask('GET', '/api/metrics', { authorization: `Bearer ${adminKey}` })).status).toBe(200);
  expect((await ask('GET', '/api/metrics', { authorization: `Bearer ${appToken}` })).status).toBe(401);
  expect((await ask('POST', '/api/report', { authorization: `Bearer ${adminKey}` })).status).toBe(401);
});

test('D1: the token for alerts opens all of Alertmanager’s API and is refused with 403 elsewhere', async () => {
  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`any:${password}`).toString('base64')}` });
  const ingest = api.routes.filter((route) => route.auth === 'ingest');
  expect(ingest.map((route) => route.url)).toContain('/api/v2/alerts');
  for (const { method, url, auth } of api.routes) {
    if (auth !== 'ingest' && auth !== 'key') continue;
    const what = `${method} ${url}`;
    const given = await ask(method, url, { authorization: `Bearer ${ingestToken}` });
    if (auth === 'ingest') {
      expect([401, 403], what).not.toContain(given.status);
      for (const right of [ingestToken, adminKey])
        expect([401, 403], what).not.toContain((await ask(method, url, basic(right))).status);
      expect((await ask(method, url, basic('wrong'))).status, what).toBe(401);
    } else {
      expect(given.status, what).toBe(403);
      expect((await ask(method, url, basic(adminKey))).status, what).toBe(401);
    }
  }
});

test('D1: without a token of its own only the admin key opens Alertmanager’s API, and no hook is open', async () => {
  const closed = await startApi({
    change: (config) => ({
      ...config,
      ingest: { ingest: null, hooks: [], skipped: [{ hook: 'cron', missing: 'CRON' }] },
    }),
  });
  try {
    const status = async (key: string) =>
      (await fetch(`${closed.url}/api/v2/receivers`, { headers: { 'x-api-key': key } })).status;
    expect([await status(adminKey), await status(ingestToken), await status('')]).toEqual([200, 401, 401]);
    const hook = await fetch(`${closed.url}/hooks/slack/${hookToken}`, { method: 'POST', body: '{"text":"x"}' });
    expect(hook.status).toBe(401);
    expect(closed.lines).toContainEqual(
      expect.objectContaining({ event: 'hook.skipped', hook: 'cron', missing: 'CRON' }),
    );
  } finally {
    await closed.close();
  }
});

const login = (key: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ key }),
  });
const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

test('D1: a login gives a cookie that scripts cannot read and other sites cannot send', async () => {
  const response = await login(adminKey);
  expect(response.status).toBe(204);
  expect(response.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/);
  expect((await ask('GET', '/api/alerts', { cookie: cookieOf(response) })).status).toBe(200);
  const wrong = await login('nonsense');
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({ code: 'UNAUTHORIZED' });
});

test('D1: with a cookie a command must come from our own page; logout ends the session for good', async () => {
  const cookie = cookieOf(await login(adminKey));
  const post = (origin?: string) => ask('POST', '/api/backups', { cookie, ...(origin && { origin }) });
  expect((await post()).status).toBe(403);
  expect((await post('http://evil.example')).status).toBe(403);
  expect((await post('null')).status).toBe(403);
  expect((await post(api.url)).status).toBe(400);
  expect((await login(adminKey, { origin: 'http://evil.example' })).status).toBe(403);
  expect((await ask('POST', '/admin/logout', { cookie, origin: api.url })).status).toBe(204);
  expect((await ask('GET', '/api/alerts', { cookie })).status).toBe(401);
});

test('D1: a session outlives a restart of health-api, and an ended one stays ended', async () => {
  const [kept, ended] = [cookieOf(await login(adminKey)), cookieOf(await login(adminKey))];
  await ask('POST', '/admin/logout', { cookie: ended, origin: api.url });
  // A second process on the same home, as after a restart.
  const next = await startApi({ home: api.home });
  const status = async (cookie: string) => (await fetch(`${next.url}/api/alerts`, { headers: { cookie } })).status;
  expect([await status(kept), await status(ended)]).toEqual([200, 401]);
  await next.close();
});

test('D1: ?key= signs in once and leaves the address', async () => {
  const response = await ask('GET', `/admin/dashboard?key=${adminKey}&lang=en`);
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/admin/dashboard?lang=en');
  const page = await ask('GET', '/admin/dashboard', { cookie: cookieOf(response) });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('id="root"');
  const wrong = await ask('GET', '/admin/dashboard?key=nonsense');
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
});

test('D1: the page finds its own places and files; a missing file is a 404', async () => {
  const inside = await ask('GET', '/admin/dashboard/incidents', { 'x-api-key': adminKey });
  expect([inside.status, inside.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const file = await ask('GET', '/admin/dashboard/assets/a-1234.js');
  expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect((await ask('GET', '/admin/dashboard/assets/none.js')).status).toBe(404);
  expect((await ask('GET', '/admin/dashboard/..%2f..%2fstate%2fhealth.sqlite')).status).not.toBe(200);
  expect((await ask('GET', '/')).headers.get('location')).toBe('/admin/dashboard');
});

test('D5: the queue pages show every queue behind the same login, under a policy without foreign scripts', async () => {
  const page = await ask('GET', '/admin/queues', { 'x-api-key': adminKey });
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  const list = await (await ask('GET', '/admin/queues/api/queues', { 'x-api-key': adminKey })).json();
  expect(list.queues.map((queue: { name: string }) => queue.name)).toEqual([
    'backup-run',
    'alert-event',
    'alert-command',
    'incident-command',
    'kick',
    'fact',
  ]);
  expect((await ask('GET', '/admin/queues/api/queues')).status).toBe(401);
});

test.each([
  ['GET', '/%ff?key=secret', 400, 'REQUEST_INVALID', /address/],
  ['GET', '/admin/queues/api/nothing/at/all', 404, 'NOT_FOUND', /address/],
  ['POST', '/api/health', 405, 'METHOD_NOT_ALLOWED', /GET, HEAD/],
  ['DELETE', '/api/health/', 405, 'METHOD_NOT_ALLOWED', /GET, HEAD/],
  ['PUT', '/admin/login', 405, 'METHOD_NOT_ALLOWED', /POST/],
  ['POST', '/admin/login', 415, 'UNSUPPORTED_MEDIA_TYPE', /application\/json/],
])('%s %s is refused as problem+json with %i and a way out', async (method, url, status, code, hint) => {
  const answer = await fetch(`${api.url}${url}`, {
    method,
    headers: { 'x-api-key': adminKey, ...(method === 'POST' && { 'content-type': 'application/xml' }) },
    ...(method === 'POST' && { body: '<a/>' }),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ status, code, hint: expect.stringMatching(hint) });
  expect(text).not.toContain('secret');
  if (status === 405) expect(answer.headers.get('allow')).toMatch(hint);
});

test('D1: guessing is slowed down, at the login and at unknown addresses', async () => {
  const answers: number[] = [];
  for (let i = 0; i < 12; i++) answers.push((await login('guess')).status);
  expect(answers.at(-1)).toBe(429);
  const unknown = await ask('GET', '/api/nothing?key=secret');
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await unknown.text()).not.toContain('secret');
  let last = 0;
  for (let i = 0; i < 120; i++) last = (await ask('GET', '/api/nothing')).status;
  expect(last).toBe(429);
  expect((await ask('GET', '/api/health')).status).toBe(200);
});

test('the audit has each login that was granted or refused, and its chain is whole', async () => {
  const own = await startApi();
  const signIn = (key: string) =>
    fetch(`${own.url}/admin/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    });
  try {
    await signIn(adminKey);
    for (let guess = 0; guess < 15; guess++) await signIn(`guess ${guess}`);
    await fetch(`${own.url}/admin/dashboard?key=wrong`);
    const { rows, broken } = own.context.store.read(({ db }) => ({
      rows: db.prepare('SELECT actor, action, target, result, details FROM audit ORDER BY seq').all(),
      broken: firstBrokenAuditRow(db),
    }));
    const row = { actor: 'operator', action: 'login', target: 'dashboard', details: '{"address":"127.0.0.1"}' };
    // Ten a minute: the first was right, nine guesses came through, and one by the address.
    expect(rows).toEqual([
      { ...row, result: 'ok' },
      ...Array.from({ length: 10 }, () => ({ ...row, result: 'refused' })),
    ]);
    expect(broken).toBeNull();
  } finally {
    await own.close();
  }
});
