import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { createStopStack } from '@yoban/shared/lifecycle';
import { startFakeEngine } from '@yoban/shared/testing/fake-engine';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, expect, test } from 'vitest';
import { readSocketProxyConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { firstAnswer, type RunningProxy, request, startProxy } from './support/start-proxy.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function running(...args: Parameters<typeof startProxy>): Promise<RunningProxy> {
  const proxy = await startProxy(...args);
  ends.push(proxy.stop);
  return proxy;
}

const at = (name: string) => path.join(temp.dir, name);
const start = (socketPath: string, more: { port?: number; askMs?: number } = {}) => {
  const { log } = createTestLog();
  const stop = createStopStack(log);
  ends.push(stop.run);
  const config = readSocketProxyConfig({ DOCKER_SOCKET: socketPath, PORT: String(more.port ?? 0) });
  const limits = { ...config.limits, ...(more.askMs && { askMs: more.askMs }) };
  return createService({ ...config, limits }, { log, stop, onLost: () => {} });
};

test('a socket that is missing, a folder in its place or a plain file are told apart, each with its way out', async () => {
  await expect(start(at('none.sock'))).rejects.toMatchObject({
    ...{ code: 'SUPERVISOR_UNAVAILABLE', message: expect.stringContaining('there is no socket at') },
    hint: expect.stringContaining('compose.socket-proxy.yml'),
  });
  mkdirSync(at('folder'));
  await expect(start(at('folder'))).rejects.toMatchObject({ hint: expect.stringContaining('remove the folder') });
  writeFileSync(at('file'), '');
  await expect(start(at('file'))).rejects.toThrow('is no socket');
});

test('a socket that nobody listens at, or whose engine says nothing or something else, is refused at the start', async () => {
  const engine = await startFakeEngine(at('a.sock'), { script: [{ do: 'hang' }, { do: 'reply', status: 404 }] });
  ends.push(engine.stop);
  await expect(start(at('a.sock'), { askMs: 100 })).rejects.toMatchObject({ fields: { reach: 'silent' } });
  await expect(start(at('a.sock'))).rejects.toThrow('answers 404 to /_ping');
  // Left behind as by an engine that was killed: the file stays, the listener is gone.
  spawnSync('node', [
    '-e',
    `require('net').createServer().listen('${at('c.sock')}', () => process.kill(process.pid, 'SIGKILL'))`,
  ]);
  await expect(start(at('c.sock'))).rejects.toMatchObject({
    fields: { reach: 'refused' },
    hint: expect.stringContaining('Start the engine'),
  });
});

test('a socket that this user may not open names the user to run as', async () => {
  const engine = await startFakeEngine(at('d.sock'));
  ends.push(engine.stop);
  chmodSync(at('d.sock'), 0);
  chmodSync(temp.dir, 0o755);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await expect(start(at('d.sock'))).rejects.toMatchObject({
      fields: { reach: 'forbidden' },
      hint: expect.stringContaining('user: "0:0"'),
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('a port that is taken is named', async () => {
  const { engine, port } = await running();
  await expect(start(engine.socketPath, { port })).rejects.toMatchObject({
    ...{ code: 'CONFIG_INVALID', message: expect.stringContaining(`127.0.0.1:${port}`) },
  });
});

test('an engine that hangs or goes while it is asked is a 502, and the proxy goes on', async () => {
  const proxy = await running({ askMs: 1_000 });
  for (const step of [
    { do: 'hang' },
    { do: 'reset-after-accept' },
    { do: 'reply', status: 200, body: '<html>' },
  ] as const) {
    proxy.engine.script([step]);
    const { status, body } = firstAnswer(await proxy.send(request('GET /containers/json')));
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([502, 'SUPERVISOR_UNAVAILABLE']);
  }
  expect(firstAnswer(await proxy.send(request('GET /containers/json'))).status).toBe(200);
});

test('an engine that is away is told once, and its return; one that stays away ends the proxy', async () => {
  let lost: Error | null = null;
  const proxy = await running({ lookMs: 20, awayMs: 2_000 }, (error) => {
    lost = error;
  });
  const count = (event: string) => proxy.lines.filter((line) => line.event === event).length;
  proxy.engine.script([{ do: 'outage' }]);
  await waitFor('the line', () => count('engine.away') === 1);
  const asked = proxy.engine.requests().length;
  proxy.engine.script([]);
  await waitFor('its return', () => count('engine.back') === 1);
  expect(count('engine.away')).toBe(1);
  expect(proxy.engine.requests().length).toBeGreaterThan(asked);
  expect(lost).toBeNull();
  const short = await running({ lookMs: 20, awayMs: 60 }, (error) => {
    lost = error;
  });
  await short.engine.stop();
  rmSync(short.engine.socketPath, { force: true });
  await waitFor('the end', () => lost !== null);
  expect(lost).toMatchObject({ code: 'SUPERVISOR_UNAVAILABLE' });
});

test('who connects and sends nothing, or a header without an end, is let go; so are too many at once', async () => {
  const proxy = await running({ requestMs: 200, connections: 2 });
  const texts: string[] = [];
  const open = (bytes: string) =>
    new Promise<void>((resolve) => {
      const socket = connect({ port: proxy.port, host: '127.0.0.1' }, () => bytes && socket.write(bytes));
      socket
        .on('data', (chunk) => texts.push(String(chunk)))
        .on('error', () => undefined)
        .on('close', () => resolve());
    });
  await Promise.all([
    open(''),
    open('GET /_ping HTTP/1.1\r\nHost: x\r\nX-Slow: '),
    open('GET /_ping'),
    open('GET /_ping'),
  ]);
  expect(texts.every((text) => text.startsWith('HTTP/1.1 408'))).toBe(true);
  expect(proxy.lines.filter(({ event }) => event === 'connection.refused').length).toBeGreaterThanOrEqual(1);
  expect(firstAnswer(await proxy.send(request('GET /_ping'))).status).toBe(200);
});

test('a stop ends the streams of events too', async () => {
  const proxy = await startProxy();
  const answer = await fetch(`http://127.0.0.1:${proxy.port}/events`);
  const ended = answer.text().then(
    () => 'ended',
    () => 'cut',
  );
  await proxy.stop();
  expect(await ended).toBe('cut');
  await expect(fetch(`http://127.0.0.1:${proxy.port}/_ping`)).rejects.toThrow();
});
