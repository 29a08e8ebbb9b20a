import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { EvidenceConfig } from '@yoban/shared/policy/action-config';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectEvidence } from '../src/evidence/collect-evidence.ts';
import type { EvidenceAround } from '../src/evidence/evidence-around.ts';
import { createCommand, usualTimes } from '../src/supervisors/command.ts';
import { createPrivateRun } from '../src/testing/private-run.ts';
import { writeRunApp } from './run-app.ts';

const temp = makeTempDir();
const home = path.join(temp.dir, 'home');
const run = createPrivateRun(writeRunApp(temp.dir, 'seen').script);
const server = createServer((_, response) => response.writeHead(503).end('{"status":"unhealthy","api_key":"k-123"}'));
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  await run.start();
});
afterAll(async () => {
  server.close();
  await run.stop();
  temp.remove();
});

const around = (more: Partial<EvidenceAround> = {}): EvidenceAround => ({
  ...{ service: 'shop', supervisor: createCommand(run.socket, usualTimes), home, baseDir: temp.dir },
  env: { PATH: process.env.PATH, ADMIN_API_KEY: 'swordfish-77' },
  ...{ log: createTestLog().log, now: Date.now },
  ...more,
});
const collect = (evidence: Record<string, EvidenceConfig>, id: string, more: Partial<EvidenceAround> = {}) =>
  collectEvidence(evidence, around(more), id);
const node = (script: string) => ({ argv: [process.execPath, '-e', script], timeout: 60_000 });
const text = (folder: string, name: string) => readFileSync(path.join(folder, name), 'utf8');

test('P7: all kinds of evidence, each in its file, with secrets taken out', async () => {
  writeFileSync(path.join(temp.dir, 'app.log'), Array.from({ length: 90 }, (_, at) => `line ${at}\n`).join(''));
  const { folder, pieces } = await collect(
    {
      log: { tail: { path: 'app.log', lines: 3 } },
      told: node("console.log('the key is swordfish-77'); console.error('password=hunter2'); process.exit(2)"),
      health: { http: `http://127.0.0.1:${port}/health` },
      ps: { builtin: 'ps' },
      sockets: { builtin: 'sockets' },
      disk: { builtin: 'disk' },
      memory: { builtin: 'memory' },
      status: { builtin: 'supervisor_status' },
      logs: { builtin: 'service_logs' },
    },
    'inc-1',
  );
  expect(pieces.filter(({ problem }) => problem !== null)).toEqual([]);
  expect(text(folder, '01-log.txt')).toBe('line 87\nline 88\nline 89\n');
  expect(text(folder, '01-told.txt')).toContain('ended with 2\nthe key is [redacted]');
  expect(text(folder, '01-told.txt')).toContain('password=[redacted]');
  expect(text(folder, '01-health.txt')).toMatch(/^503 after [\d.]+ ms\n\n\{"status":"unhealthy","api_key":/);
  expect(text(folder, '01-health.txt')).not.toContain('k-123');
  expect(text(folder, '01-ps.txt')).toContain(`${process.pid}\t`);
  expect(text(folder, '01-sockets.txt')).toMatch(new RegExp(`LISTEN 127\\.0\\.0\\.1:${port}\tpid ${process.pid} `));
  expect(text(folder, '01-disk.txt')).toMatch(/MB free of \d+ MB/);
  expect(text(folder, '01-memory.txt')).toMatch(/MemAvailable:.*Load: /s);
  expect(JSON.parse(text(folder, '01-status.txt'))).toMatchObject({
    kind: 'command',
    daemon: { state: 'up' },
    service: { state: 'online', gaveUp: false },
  });
  expect(JSON.parse(text(folder, '01.json')).pieces).toHaveLength(9);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(folder)) expect(statSync(path.join(folder, file)).mode & 0o777, file).toBe(0o600);
});

test('what cannot be had is said, the rest is kept', async () => {
  const { pieces } = await collect(
    {
      gone: { tail: { path: 'nowhere.log', lines: 5 } },
      refused: { http: 'http://127.0.0.1:1/' },
      missing: { argv: ['no-such-program-here'], timeout: 1_000 },
      pipe: { tail: { path: '.', lines: 5 } },
    },
    'inc-2',
  );
  const by = Object.fromEntries(pieces.map((piece) => [piece.name, piece]));
  expect(by.gone?.problem).toContain('ENOENT');
  expect(by.missing?.problem).toContain('is not in PATH');
  expect(by.pipe?.problem).toContain('is not a file');
  expect(by.refused).toMatchObject({ file: '01-refused.txt', problem: null });
});

test('P7: a bundle stays below 1 MB however much there is, and keeps what was written last', async () => {
  const flood = node("for (let i = 0; i < 60000; i++) console.log('a line of the flood, number ' + i)");
  const first = await collect({ one: flood, two: flood, three: flood }, 'inc-3');
  const second = await collect({ one: flood }, 'inc-3');
  const third = await collect({ one: flood }, 'inc-3');
  const bytes = readdirSync(first.folder).map((name) => statSync(path.join(first.folder, name)).size);
  expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(1_048_576);
  expect(first.pieces.every(({ cut }) => cut)).toBe(true);
  expect(text(first.folder, '01-one.txt')).toContain('number 59999');
  expect([...second.pieces, ...third.pieces].some(({ problem }) => problem?.includes('is full'))).toBe(true);
});

test('P7: what hangs is left out in time, and a repair is not held up', async () => {
  const { pieces, durationMs } = await collect(
    { hangs: node('setInterval(() => {}, 1e3)'), log: { tail: { path: 'app.log', lines: 1 } } },
    'inc-4',
  );
  expect(durationMs).toBeLessThan(10_500);
  expect(pieces.find(({ name }) => name === 'log')?.problem).toBeNull();
}, 20_000);

test('P7: the newest 50 bundles are kept', async () => {
  for (let at = 0; at < 60; at += 1) {
    const old = path.join(home, 'evidence', `old-${at}`);
    mkdirSync(old, { recursive: true });
    utimesSync(old, at, at);
  }
  const { folder } = await collect({ disk: { builtin: 'disk' } }, 'inc-5');
  const left = readdirSync(path.dirname(folder));
  expect(left).toHaveLength(50);
  expect(left).toContain('inc-5');
  expect(left).not.toContain('old-0');
});

test('an id is one folder of ours whatever stands in it, and a folder that cannot be written stops nobody', async () => {
  const { folder } = await collect({ disk: { builtin: 'disk' } }, '../../../etc/x');
  expect(path.dirname(folder)).toBe(path.join(home, 'evidence'));
  const { log, lines } = createTestLog();
  const failed = await collect({ disk: { builtin: 'disk' } }, 'inc-6', { home: '/proc/nowhere', log });
  expect(failed.pieces).toEqual([]);
  expect(lines[0]).toMatchObject({ event: 'evidence.failed', service: 'shop' });
});
