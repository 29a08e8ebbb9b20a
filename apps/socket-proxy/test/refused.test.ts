import { Problem } from '@yoban/shared/contracts/problem';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firstAnswer, type RunningProxy, request, startProxy } from './support/start-proxy.ts';

let proxy: RunningProxy;
beforeAll(async () => {
  proxy = await startProxy();
  proxy.engine.add({ name: 'shop', labels: { 'yoban.guard': 'true' } });
  proxy.engine.add({ name: 'other', labels: { 'yoban.guard': 'True' } });
  proxy.engine.add({ name: 'plain' });
});
beforeEach(() => {
  proxy.asked();
  proxy.refusals();
});
afterAll(() => proxy.stop());

const chunk = 'Transfer-Encoding: chunked';
const filters = (text: string) => `GET /containers/json?filters=${encodeURIComponent(text)}`;

const refused: Record<string, [reason: string, line: string, ...headers: string[]][]> = {
  'another method': [
    ['method', 'DELETE /containers/shop'],
    ['method', 'PUT /containers/shop/archive?path=/'],
    ['method', 'HEAD /_ping'],
    ['method', 'OPTIONS /containers/json'],
    ['method', 'PATCH /containers/shop/json'],
    ['path', 'POST /containers/json'],
    ['path', 'POST /_ping'],
    ['path', 'POST /containers/shop/json'],
    ['path', 'GET /containers/shop/start'],
    ['path', 'GET /containers/shop/restart'],
  ],
  'another part of the engine': [
    ['path', 'GET /'],
    ['path', 'GET /info'],
    ['path', 'POST /containers/create'],
    ['path', 'POST /containers/create?name=x'],
    ['path', 'POST /containers/shop/exec'],
    ['path', 'POST /containers/shop/attach'],
    ['path', 'POST /containers/shop/kill'],
    ['path', 'POST /containers/shop/pause'],
    ['path', 'POST /containers/shop/update'],
    ['path', 'POST /containers/shop/rename?name=x'],
    ['path', 'POST /containers/shop/wait'],
    ['path', 'POST /containers/prune'],
    ['path', 'GET /containers/shop/logs?stdout=1'],
    ['path', 'GET /containers/shop/archive?path=/'],
    ['path', 'GET /containers/shop/export'],
    ['path', 'GET /containers/shop/top'],
    ['path', 'GET /containers/shop/attach/ws'],
    ['path', 'POST /exec/abc/start'],
    ['path', 'GET /images/json'],
    ['path', 'POST /images/create?fromImage=x'],
    ['path', 'POST /build'],
    ['path', 'GET /secrets'],
    ['path', 'GET /volumes'],
    ['path', 'POST /swarm/init'],
    ['path', 'GET /plugins'],
    ['path', 'POST /session'],
    ['path', 'POST /grpc'],
    ['path', 'GET /v2.0/containers/json'],
    ['path', 'GET /v1.45'],
    ['path', 'GET /v1.45/v1.45/containers/json'],
  ],
  'a path that is not in its plain form': [
    ['path', 'GET /containers/shop/%6Ason'],
    ['path', 'GET /containers/shop%2Fjson'],
    ['path', 'GET /containers/%2e%2e/json'],
    ['path', 'GET /containers/../info'],
    ['path', 'GET /containers/../containers/json'],
    ['path', 'GET /containers/./json'],
    ['path', 'GET /containers/%2e/json'],
    ['path', 'GET //containers/json'],
    ['path', 'GET /containers//json'],
    ['path', 'GET /containers/shop//json'],
    ['path', 'GET /containers/shop/json/'],
    ['path', 'GET /containers/shop/json;x'],
    ['path', 'GET /containers/shop/json#x'],
    ['path', 'GET /containers/shop\\json'],
    ['path', 'GET /containers/shop/json%00'],
    ['path', 'GET /containers/shop/json%3Fall=1'],
    ['path', 'GET /containers/shop/json%0d%0aX:%20y'],
    ['path', 'GET /CONTAINERS/shop/json'],
    ['path', 'GET /_ping/../info'],
    ['path', 'POST /containers/shop/../other/restart'],
    ['path', 'POST /containers/shop%2f..%2fother/restart'],
    ['path', 'POST /containers/shop/start/../../create'],
    ['path', 'GET http://proxy/containers/json'],
    ['path', 'GET http://docker/info'],
    ['path', 'GET unix:///var/run/docker.sock/info'],
    ['path', 'GET *'],
    ['path', `GET /containers/${'a'.repeat(129)}/json`],
  ],
  'a query with more in it': [
    ['query', 'GET /containers/json?size=1'],
    ['query', 'GET /containers/json?all=2'],
    ['query', 'GET /containers/json?all=1&all=0'],
    ['query', 'GET /containers/json?filters={}&filters={}'],
    ['query', 'GET /containers/json?a%6cl=1&all=1'],
    ['query', 'GET /containers/shop/json?size=1'],
    ['query', 'GET /_ping?x'],
    ['query', 'GET /version?a=b'],
    ['query', 'GET /events?since=0'],
    ['query', 'POST /containers/shop/restart?t=-1'],
    ['query', 'POST /containers/shop/restart?t=601'],
    ['query', 'POST /containers/shop/restart?t=1e2'],
    ['query', 'POST /containers/shop/restart?t=1%26signal=KILL'],
    ['query', 'POST /containers/shop/restart?t=1&t=2'],
    ['query', 'POST /containers/shop/stop?signal=HUP'],
    ['query', 'POST /containers/shop/start?detachKeys=a'],
    ['query', 'POST /containers/shop/restart?t=1?t=2'],
  ],
  'filters that would widen or break the answer': [
    ['filters', filters('{"name":["x"]}')],
    ['filters', filters('{"label!":["yoban.guard=true"]}')],
    ['filters', filters('{"label":"yoban.guard=true"}')],
    ['filters', filters('{"label":[1]}')],
    ['filters', filters('{"label":[""]}')],
    ['filters', filters(`{"label":["${'x'.repeat(300)}"]}`)],
    ['filters', filters(JSON.stringify({ label: Array.from({ length: 11 }, (_, at) => `a=${at}`) }))],
    ['filters', filters('{"label":[]')],
    ['filters', filters('[]')],
    ['filters', filters('null')],
    ['filters', filters('{"label":[],"__proto__":{"x":["y"]}}')],
  ],
  'a body': [
    ['body', 'POST /containers/shop/start', 'Content-Length: 2', '', '{}'],
    ['body', 'POST /containers/shop/restart', chunk, '', '2\r\n{}\r\n0'],
    ['body', 'GET /containers/json', chunk, '', '0'],
    ['body', 'GET /_ping', 'Content-Length: 5', '', 'hello'],
    ['body', 'POST /containers/shop/restart', 'Content-Length: 00', '', ''],
  ],
  'a header that asks for more': [
    ['header', 'POST /containers/shop/restart', 'Connection: Upgrade', 'Upgrade: tcp'],
    ['header', 'GET /_ping', 'Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'],
    ['header', 'GET /containers/json', 'Connection: Upgrade', 'Upgrade: websocket'],
    ['header', 'POST /containers/shop/restart', 'Expect: 100-continue'],
    ['header', 'POST /containers/shop/restart', 'Expect: something'],
    ['header', 'POST /containers/shop/restart', 'Origin: http://evil.example'],
    ['header', 'GET /containers/json', 'Sec-Fetch-Site: cross-site'],
  ],
};

describe.each(Object.entries(refused))('%s is refused, logged, and the engine never hears of it', (_, requests) => {
  test.each(requests)('%s: %s %s', async (reason, line, ...headers) => {
    const { status, head, body } = firstAnswer(await proxy.send(request(line, ...headers)));
    expect(status, body).toBe(403);
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    if (!line.startsWith('HEAD'))
      expect(Problem.parse(JSON.parse(body))).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(proxy.refusals()).toMatchObject([{ reason }]);
    expect(proxy.asked()).toEqual([]);
  });
});

test.each(['other', 'plain', 'nobody'])(
  'a container without the label, and one that does not exist, give the same answer: %s',
  async (name) => {
    const answers = [];
    for (const line of ['GET /json', 'GET /stats', 'POST /start', 'POST /stop', 'POST /restart?t=1']) {
      const [method, what] = line.split(' ');
      const { status, body } = firstAnswer(await proxy.send(request(`${method} /containers/${name}${what}`)));
      answers.push([status, (JSON.parse(body) as Problem).detail]);
      expect(proxy.refusals()).toMatchObject([{ reason: 'not-guarded' }]);
      expect(proxy.asked()).toEqual([`GET /containers/${name}/json`]);
    }
    expect(new Set(answers.map(String))).toEqual(
      new Set(['403,no container that carries the label goes by this name']),
    );
  },
);

test('a name that passes to another container between look and act does not carry the act with it', async () => {
  const first = proxy.engine.add({ name: 'moving', labels: { 'yoban.guard': 'true' } });
  proxy.engine.script([{ do: 'ok' }, { do: 'ok', delayMs: 1_000 }]);
  const answer = proxy.send(request('POST /containers/moving/stop'));
  await expect.poll(() => proxy.asked(), { timeout: 30_000 }).toContain(`POST /containers/${first.id}/stop`);
  proxy.engine.remove(first);
  const second = proxy.engine.add({ name: 'moving' });
  expect(firstAnswer(await answer).status).toBe(404);
  expect(second.status).toBe('running');
});

test.each([
  ['CONNECT shop:80 HTTP/1.1\r\nHost: x\r\n\r\n', 403, 'method'],
  ['GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', 400, 'http'],
  ['GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', 400, 'http'],
  ['GET /_ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n', 400, 'http'],
  ['GET /_ping HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n', 400, 'http'],
  ['GET /_ping HTTP/1.1\nHost: x\n\n', 400, 'http'],
  ['GET /containers/a b/json HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http'],
  ['GET /containers/sh\u00f6p/json HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http'],
  ['GET ?/_ping HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http'],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'http'],
  [`GET /_ping HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(9_000)}\r\n\r\n`, 431, 'http'],
  [`GET /containers/json?filters=${'a'.repeat(9_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'http'],
  ['\u0016\u0003\u0001\u0002\u0000', 400, 'http'],
])('bytes that are no request of ours are ended with a status and a line: %j', async (bytes, status, reason) => {
  expect(firstAnswer(await proxy.send(bytes)).status).toBe(status);
  expect(proxy.refusals()).toMatchObject([{ reason }]);
  expect(proxy.asked()).toEqual([]);
});

test('nothing rides behind a request that passes, nor behind one that is refused', async () => {
  const evil = request('POST /containers/create', 'Content-Length: 2', '', '{}');
  for (const first of ['GET /_ping', 'GET /info']) {
    const text = await proxy.send(`${request(first)}${request('GET /containers/json')}${evil}`);
    expect(text.match(/^HTTP\/1\.1 200/gm) ?? []).toHaveLength(first === 'GET /_ping' ? 1 : 0);
    expect(proxy.asked()).toEqual(first === 'GET /_ping' ? ['GET /_ping'] : []);
  }
});

test('a second request hidden in a body is not seen as one', async () => {
  const hidden = request('POST /containers/shop/restart');
  await proxy.send(request('POST /containers/shop/stop', `Content-Length: ${hidden.length}`, '', hidden).slice(0, -4));
  await proxy.send(request('POST /containers/shop/stop', chunk, '', `0\r\n\r\n${hidden}`).slice(0, -4));
  expect(proxy.asked()).toEqual([]);
});
