import { Problem } from '@yoban/shared/contracts/problem';
import { fakeEngineSecret } from '@yoban/shared/testing/fake-containers';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { firstAnswer, type RunningProxy, request, startProxy } from './support/start-proxy.ts';

let proxy: RunningProxy;
const guard = { 'yoban.guard': 'true' };
const ids = { shop: '', other: '' };

beforeAll(async () => {
  proxy = await startProxy();
  ids.shop = proxy.engine.add({ name: 'shop', labels: { ...guard, 'com.docker.compose.service': 'web' } }).id;
  ids.other = proxy.engine.add({ name: 'other', labels: { 'yoban.guard': 'True' } }).id;
});
beforeEach(() => {
  proxy.asked();
  proxy.refusals();
});
afterAll(() => proxy.stop());

const ask = async (line: string, ...headers: string[]) => firstAnswer(await proxy.send(request(line, ...headers)));
const decoded = (target: string) => decodeURIComponent(target);

test.each([
  ['GET /_ping', 200, ['GET /_ping']],
  ['GET /v1.45/_ping', 200, ['GET /v1.45/_ping']],
  ['GET /version', 200, ['GET /version']],
  ['GET /v1.45/version', 200, ['GET /v1.45/version']],
  ['GET /containers/json', 200, ['GET /containers/json?all=0&filters={"label":["yoban.guard=true"]}']],
  ['GET /containers/json?all=1', 200, ['GET /containers/json?all=1&filters={"label":["yoban.guard=true"]}']],
  ['GET /v1.45/containers/json', 200, ['GET /v1.45/containers/json?all=0&filters={"label":["yoban.guard=true"]}']],
  ['GET /containers/shop/json', 200, ['GET /containers/shop/json']],
  ['GET /containers/shop/stats', 200, ['GET /containers/shop/json', 'GET /containers/SHOP/stats?stream=0&one-shot=1']],
  [
    'GET /containers/shop/stats?stream=1',
    200,
    ['GET /containers/shop/json', 'GET /containers/SHOP/stats?stream=0&one-shot=1'],
  ],
  ['POST /containers/shop/start', 304, ['GET /containers/shop/json', 'POST /containers/SHOP/start']],
  ['POST /containers/shop/stop?t=7', 204, ['GET /containers/shop/json', 'POST /containers/SHOP/stop?t=7']],
  ['POST /containers/shop/restart', 204, ['GET /containers/shop/json', 'POST /containers/SHOP/restart']],
  ['POST /v1.45/containers/shop/stop', 204, ['GET /v1.45/containers/shop/json', 'POST /v1.45/containers/SHOP/stop']],
  ['POST /containers/shop/start?t=0', 204, ['GET /containers/shop/json', 'POST /containers/SHOP/start?t=0']],
])('%s is let through, and asks the engine for nothing but what was meant', async (line, status, expected) => {
  const before = proxy.engine.requests().length;
  const answer = await ask(line, 'Content-Length: 0', 'Cookie: a=b', 'X-Real-IP: 1.2.3.4');
  expect(answer.status, answer.body).toBe(status);
  expect(proxy.asked().map(decoded)).toEqual(expected.map((one) => one.replace('SHOP', ids.shop)));
  for (const { headers, body } of proxy.engine.requests().slice(before)) {
    expect(body).toBe('');
    // No header of the caller goes further.
    expect(Object.keys(headers).filter((name) => !['host', 'connection', 'content-length'].includes(name))).toEqual([]);
  }
  expect(answer.head.toLowerCase()).toContain('connection: close');
  expect(proxy.refusals()).toEqual([]);
});

test.each([
  ['{"label":["com.docker.compose.service=web"]}', ['shop']],
  ['{"label":{"com.docker.compose.service=web":true}}', ['shop']],
  ['{"label":["com.docker.compose.service=nobody"]}', []],
  ['{"label":["yoban.guard=True"]}', []],
  ['{}', ['shop']],
])('a caller can only narrow the list: filters=%s', async (filters, names) => {
  const { body } = await ask(`GET /containers/json?all=1&filters=${encodeURIComponent(filters)}`);
  expect((JSON.parse(body) as { Names: string[] }[]).flatMap(({ Names }) => Names)).toEqual(
    names.map((name) => `/${name}`),
  );
  expect(decoded(proxy.asked()[0] ?? '')).toMatch(/"label":\["yoban.guard=true"/);
});

test('an engine that passed over the filter would still show nobody else', async () => {
  proxy.engine.ignoreFilters = true;
  const { body } = await ask('GET /containers/json?all=1');
  proxy.engine.ignoreFilters = false;
  expect(JSON.parse(body)).toHaveLength(1);
});

test('no answer tells what is not for others: environment, command, mounts, health output, foreign labels', async () => {
  for (const path of ['/containers/json?all=1', '/containers/shop/json', '/containers/shop/stats', '/version']) {
    const { status, body } = await ask(`GET ${path}`);
    expect(status).toBe(200);
    expect(body, path).not.toContain(fakeEngineSecret);
  }
  const detail = JSON.parse((await ask('GET /containers/shop/json')).body) as Record<string, unknown>;
  expect(Object.keys(detail)).toEqual(['Id', 'Name', 'RestartCount', 'State', 'Config', 'HostConfig']);
  expect(detail.Config).toEqual({
    ...{ Image: 'demo:1', StopTimeout: null },
    Labels: { 'yoban.guard': 'true', 'com.docker.compose.service': 'web' },
  });
});

test('a ping tells the version of the API, so that clients can agree on one', async () => {
  expect(await ask('GET /_ping')).toMatchObject({ body: 'OK', head: expect.stringContaining('api-version: 1.45') });
});

test('events of guarded containers alone come through, as they happen, and the engine is let go when the caller leaves', async () => {
  const filters = encodeURIComponent('{"type":["volume"],"event":["exec_create"],"label":[]}');
  const controller = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${proxy.port}/events?filters=${filters}`, { signal: controller.signal });
  expect(decoded(proxy.asked()[0] ?? '')).toMatch(
    /^GET \/events\?filters=\{"type":\["container"\],"event":\["create",.*"destroy"\],"label":\["yoban.guard=true"\]\}$/,
  );
  proxy.engine.ignoreFilters = true;
  for (const container of [proxy.engine.add({ name: 'a' }), proxy.engine.add({ name: 'b', labels: guard })]) {
    proxy.engine.remove(container);
  }
  proxy.engine.ignoreFilters = false;
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes('destroy')) text += (await reader?.read())?.value ?? '';
  const events = text.trim().split('\n');
  expect(events.map((line) => (JSON.parse(line) as { Action: string }).Action)).toEqual([
    'create',
    'start',
    'die',
    'destroy',
  ]);
  expect(text).not.toContain(fakeEngineSecret);
  expect(JSON.parse(events[0] ?? '')).toMatchObject({ Type: 'container', Actor: { Attributes: guard } });
  controller.abort();
  await waitFor('the end of the stream at the engine', () => proxy.engine.streams === 0);
});

test('what is asked of a container leaves a line in the log', async () => {
  await ask('POST /containers/shop/restart?t=3');
  expect(proxy.lines.at(-1)).toMatchObject({
    ...{ event: 'container.asked', do: 'restart', name: '/shop', status: 204, container: ids.shop.slice(0, 12) },
    from: '127.0.0.1',
  });
});

test('what the engine itself refuses comes back in its words, as a problem', async () => {
  proxy.engine.script([
    { do: 'ok' },
    { do: 'reply', status: 500, body: JSON.stringify({ message: 'driver failed:\n port is already allocated' }) },
  ]);
  const answer = await ask('POST /containers/shop/start');
  expect(answer.status).toBe(500);
  expect(Problem.parse(JSON.parse(answer.body))).toMatchObject({
    ...{ code: 'SUPERVISOR_FAILED', detail: 'driver failed: port is already allocated', retryable: true },
  });
});
