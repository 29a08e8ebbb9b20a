import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { pingFiles, readListening, readPingRecord } from '@yoban/shared/pings/ping-files';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterEach, expect, test } from 'vitest';
import { type Api, adminKey, pingToken, startApi } from './start-api.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function started(home?: string, at?: number): Promise<Api> {
  const api = await startApi({ ...(home !== undefined && { home }), ...(at !== undefined && { at }) });
  open.push(api.close);
  return api;
}

const files = (api: Api) => pingFiles(api.home);
const recordOf = (api: Api) => readPingRecord(files(api).recordOf(pingToken));
const ping = (api: Api, end = '', init: RequestInit = {}) => fetch(`${api.url}/ping/${pingToken}${end}`, init);

test('a ping says that a job began, ended well, or failed, by GET and by POST', async () => {
  const api = await started();
  const since = api.clock.ms;
  expect(recordOf(api)).toMatchObject({ since, lastPingAt: null, lastGoodAt: null });
  const answer = await ping(api, '/start');
  expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([200, 'OK', 'no-store']);
  expect(recordOf(api)).toMatchObject({ startedAt: since });
  api.clock.ms += 30_000;
  await ping(api, '', { method: 'POST', body: 'copied\n12 files\n\n', headers: { 'content-type': 'text/plain' } });
  expect(recordOf(api)).toEqual({
    ...{ since, lastPingAt: api.clock.ms, lastGoodAt: api.clock.ms, startedAt: null },
    ...{ durationMs: 30_000, failed: null, note: '12 files' },
  });
  await ping(api, '/3');
  expect(recordOf(api)).toMatchObject({ failed: { at: api.clock.ms, exitCode: 3 } });
  await ping(api, '/fail', { method: 'POST' });
  expect(recordOf(api)).toMatchObject({ failed: { exitCode: null } });
  await ping(api, '/log', { method: 'POST', body: '{"half":"way"}', headers: { 'content-type': 'application/json' } });
  expect(recordOf(api)).toMatchObject({ failed: { exitCode: null }, note: '{"half":"way"}' });
  await ping(api, '/0');
  expect(recordOf(api)).toMatchObject({ failed: null, lastGoodAt: api.clock.ms });
});

test('a ping needs a token that a heartbeat has, and says nothing but what a ping can say', async () => {
  const api = await started();
  const before = recordOf(api);
  const status = async (path: string, init?: RequestInit) => (await fetch(`${api.url}/ping/${path}`, init)).status;
  expect(await status('another-token-of-16')).toBe(401);
  expect(await status('another-token-of-16', { headers: { 'x-api-key': adminKey } })).toBe(401);
  for (const end of ['256', '-1', 'success', '1e1']) expect(await status(`${pingToken}/${end}`), end).toBe(400);
  expect(await status(pingToken, { method: 'PUT' })).toBe(405);
  expect(recordOf(api)).toEqual(before);
});

test('what a job sends along is cut and cleaned, and its token stands nowhere', async () => {
  const api = await started();
  await ping(api, '', { method: 'POST', body: `password=hunter22 ${'x '.repeat(400)}` });
  const note = recordOf(api)?.note ?? '';
  expect(note).toMatch(/^password=\[redacted\] x x/);
  expect(note.length).toBeLessThanOrEqual(200);
  const file = files(api).recordOf(pingToken);
  expect(file).not.toContain(pingToken);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(files(api).folder).mode & 0o777).toBe(0o700);
  expect(JSON.stringify(api.lines)).not.toContain(pingToken);
});

test('a job that pings in a loop is slowed down', async () => {
  const api = await started();
  const answers = await Promise.all(Array.from({ length: 121 }, async () => (await ping(api)).status));
  expect(answers.filter((one) => one === 200)).toHaveLength(120);
  expect(answers.filter((one) => one === 429)).toHaveLength(1);
});

test('each tick says that somebody listens; a time without ticks, or without us, is remembered', async () => {
  const temp = makeTempDir();
  open.push(temp.remove);
  const first = await startApi({ home: temp.dir });
  const listening = () => readListening(files(first).listening);
  const began = first.clock.ms;
  first.tickAfter(5_000);
  expect(listening()).toEqual({ seenAt: began + 5_000, gaps: [] });
  first.tickAfter(60_000);
  const stood = { from: began + 5_000, to: began + 65_000 };
  expect(listening()).toEqual({ seenAt: began + 65_000, gaps: [stood] });
  await ping(first);
  const kept = recordOf(first);
  await first.close();
  const second = await started(temp.dir, began + 3_600_000);
  expect(listening()?.gaps).toEqual([stood, { from: began + 65_000, to: began + 3_600_000 }]);
  expect(recordOf(second)).toEqual(kept);
});

test('a record that was lost with a power cut begins anew; a folder that cannot be written is said and mended', async () => {
  const temp = makeTempDir();
  open.push(temp.remove);
  const { folder, recordOf: fileOf } = pingFiles(temp.dir);
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(pingToken), '');
  const api = await started(temp.dir);
  expect(recordOf(api)).toMatchObject({ since: api.clock.ms });
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  api.tickAfter(5_000);
  api.tickAfter(5_000);
  const refused = await ping(api);
  expect([refused.status, (await refused.json()).code]).toEqual([503, 'STORE_UNAVAILABLE']);
  expect(api.lines.filter((line) => line.event === 'ping.mark-failed')).toHaveLength(1);
  rmSync(folder);
  api.tickAfter(5_000);
  expect((await ping(api)).status).toBe(200);
  expect(recordOf(api)).toMatchObject({ lastGoodAt: api.clock.ms });
});
