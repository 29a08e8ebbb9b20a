import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { KickSlotContent } from '@yoban/shared/contracts/kick';
import { isProven } from '@yoban/shared/kick/kick-slot';
import { startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { makeHome } from './support/run-yoban.ts';

const token = 'the-kick-token-of-this-test-is-long';
const temp = makeTempDir();
const home = makeHome(path.join(temp.dir, 'h'));
const slot = path.join(home.dir, 'state', 'kick_request');
afterAll(() => temp.remove());
beforeEach(() => {
  rmSync(slot, { force: true });
  home.env.KICK_TOKEN = token;
  // Nobody listens on port 1.
  home.env.HEALTH_URL = 'http://127.0.0.1:1/api/health';
  home.configure(`version: 1
services:
  gateway:
    actions: {restart_gateway: {kind: wait, for: 1s}}
    kick: {token: {env: KICK_TOKEN}, allow: [restart_gateway]}
  ailife: {}
`);
});

/** health-api as far as this command sees it. */
async function serve(status: number, body: unknown) {
  const server = await startLoopbackHttp({ answer: () => ({ status, body: JSON.stringify(body) }) });
  onTestFinished(() => server.stop());
  home.env.HEALTH_URL = `${server.url}/api/health`;
  return server;
}
const kick = (...more: string[]) => home.yoban(['kick', 'restart_gateway', '--source', 'line:U1', ...more]);
const lastAudit = () => {
  const db = new Database(path.join(home.dir, 'state', 'cli.sqlite'), { readonly: true });
  try {
    return db
      .prepare("SELECT action || ' ' || target || ' ' || result FROM audit ORDER BY seq DESC LIMIT 1")
      .pluck()
      .get();
  } finally {
    db.close();
  }
};

test('W6: yoban kick asks the kit with the kick token and no other key', async () => {
  const server = await serve(202, { id: 'x', service: 'gateway', action: 'restart_gateway' });
  expect(await kick()).toMatchObject({ code: 0, err: '' });
  const [request] = server.requests();
  expect(request).toMatchObject({ method: 'POST', path: '/api/kicks', headers: { authorization: `Bearer ${token}` } });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    ...{ service: 'gateway', action: 'restart_gateway', source: 'line:U1', id: expect.any(String) },
  });
  expect(lastAudit()).toBe('kick gateway ok');
});

test('W6: the token may come by standard input; without one nothing is asked', async () => {
  const server = await serve(202, { id: 'x', service: 'gateway', action: 'restart_gateway' });
  delete home.env.KICK_TOKEN;
  const piped = await home.yoban(['kick', 'restart_gateway', '--source', 'cli'], { readLine: async () => token });
  expect(piped.code).toBe(0);
  expect(server.requests()[0]?.headers.authorization).toBe(`Bearer ${token}`);
  const none = await kick();
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('Set KICK_TOKEN') });
  expect(server.requests()).toHaveLength(1);
});

test('W6: what the kit refuses is told and left there; no file is written behind its back', async () => {
  const problem = (status: number, code: string) => ({
    ...{
      type: 'about:blank',
      title: code,
      status,
      code,
      detail: `because ${code}`,
      hint: 'do better',
      retryable: false,
    },
  });
  for (const [status, code, exit] of [
    [401, 'UNAUTHORIZED', 2],
    [403, 'FORBIDDEN', 2],
    [409, 'CONFLICT', 1],
    [429, 'TOO_MANY_REQUESTS', 1],
  ] as const) {
    await serve(status, problem(status, code));
    expect((await kick()).code, code).toBe(exit);
    expect(lastAudit()).toBe('kick gateway failed');
  }
  expect(home.listing().filter((line) => line.includes('kick_request'))).toEqual([]);
});

test('W6: with the API away the kick lies in the slot file, once, with a proof of the token', async () => {
  const ran = await kick('--json');
  expect(ran.json()).toMatchObject({ via: 'file', service: 'gateway', action: 'restart_gateway' });
  const content = KickSlotContent.parse(JSON.parse(readFileSync(slot, 'utf8')));
  expect(content.kick).toMatchObject({ service: 'gateway', source: 'line:U1', via: 'file' });
  expect(isProven(content, [token])).toBe(true);
  const second = await kick();
  expect(second).toMatchObject({ code: 1, err: expect.stringContaining('slot file already') });
  expect(lastAudit()).toBe('kick gateway failed');
});

test('W6: nothing that is not allowed reaches the slot either: action, bare line, a service without kicks', async () => {
  expect((await home.yoban(['kick', 'stop', '--source', 'cli'])).err).toContain('may not be asked for');
  expect((await home.yoban(['kick', 'restart_gateway', '--source', 'line'])).err).toContain('is no source');
  expect((await kick('--service', 'ailife')).err).toContain('ailife may not be kicked');
  expect((await home.yoban(['kick', 'restart_gateway'])).err).toContain('--source is missing');
  home.configure('version: 1\nservices: {gateway: {}}\n');
  expect(await kick()).toMatchObject({ code: 2, err: expect.stringContaining('no service may be kicked') });
  expect(home.listing().filter((line) => line.includes('kick_request'))).toEqual([]);
});
