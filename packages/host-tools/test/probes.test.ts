import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { openStore } from '@yoban/shared/facts/open-store';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, expect, test } from 'vitest';
import { lookAtDisk } from '../src/probes/disk.ts';
import { createHttpProbe } from '../src/probes/http.ts';
import { lookAtLogSize } from '../src/probes/log-size.ts';
import { lookAtNetLatency } from '../src/probes/net-latency.ts';
import { createProcessProbe } from '../src/probes/process.ts';
import { lookAtSqliteFile } from '../src/probes/sqlite-file.ts';
import { holdersOf, isRunning, procStat, startedAtMs } from '../src/proc.ts';

const temp = makeTempDir();
const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
  temp.remove();
});

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function probe(port: number, more: { timeoutMs?: number; bodyMaxBytes?: number } = {}) {
  const made = createHttpProbe({ url: `http://127.0.0.1:${port}/healthz`, timeoutMs: 2_000, ...more });
  closers.push(made.close);
  return made;
}

test('http: status, body up to its cap, and a redirect that is not followed', async () => {
  let elsewhere = 0;
  const other = await listen(http.createServer((_, response) => response.end(String(++elsewhere))));
  const port = await listen(
    http.createServer((request, response) => {
      if (request.headers['x-ask'] === 'never') return;
      response.writeHead(307, { location: `http://127.0.0.1:${other}/` }).end('x'.repeat(5_000));
    }),
  );
  const look = await probe(port, { bodyMaxBytes: 1_000 }).look();
  expect(look).toMatchObject({ outcome: 'answered', status: 307, bodyCut: true });
  expect(elsewhere).toBe(0);
});

test('http: refused, silent and trickling servers are told apart and never hold the look open', async () => {
  const closed = net.createServer();
  const freed = await listen(closed);
  closed.close();
  expect(await probe(freed).look()).toMatchObject({ outcome: 'failed', failure: 'refused' });
  const sockets = new Set<net.Socket>();
  const silent = await listen(net.createServer((socket) => void sockets.add(socket)));
  expect(await probe(silent, { timeoutMs: 100 }).look()).toMatchObject({
    failure: 'timeout',
    detail: 'no answer within 0.1 s',
  });
  const trickle = await listen(
    http.createServer((_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    }),
  );
  expect(await probe(trickle, { timeoutMs: 150 }).look()).toMatchObject({ failure: 'timeout' });
  for (const socket of sockets) socket.destroy();
});

test('http: a kept connection that the server closed meanwhile is not a failed look', async () => {
  const server = http.createServer((_, response) => response.end('ok'));
  const port = await listen(server);
  const kept = probe(port);
  expect(await kept.look()).toMatchObject({ outcome: 'answered', status: 200 });
  server.once('request', (request) => request.socket.destroy());
  expect(await kept.look()).toMatchObject({ outcome: 'answered', status: 200 });
});

test('sqlite-file: sound, empty, missing, overwritten, and the newest write is the one in the log', async () => {
  const file = path.join(temp.dir, 'game.sqlite');
  expect(await lookAtSqliteFile(file)).toMatchObject({ state: 'missing', sizeMb: null });
  writeFileSync(file, '');
  expect(await lookAtSqliteFile(file)).toMatchObject({ state: 'empty' });
  rmSync(file);
  openStore(file, ['CREATE TABLE t (x)']).close();
  expect(await lookAtSqliteFile(file)).toMatchObject({ state: 'ok', detail: null });
  const { sizeMb: bareMb } = await lookAtSqliteFile(file);
  writeFileSync(`${file}-wal`, Buffer.alloc(3 * 1_048_576));
  const { lastWriteAt, sizeMb } = await lookAtSqliteFile(file);
  expect(sizeMb).toBeCloseTo((bareMb ?? 0) + 3, 2);
  expect(Math.abs(Date.now() - (lastWriteAt ?? 0))).toBeLessThan(5_000);
  writeFileSync(file, 'garbage '.repeat(1_000));
  expect(await lookAtSqliteFile(file)).toMatchObject({ state: 'not-sqlite', detail: 'wrong-magic' });
});

test('process, holders: memory, CPU, start time, and who has a file open', async () => {
  const file = path.join(temp.dir, 'held');
  writeFileSync(file, '');
  const started = Date.now();
  const child = spawn(process.execPath, ['-e', 'setInterval(()=>{},1000)'], {
    stdio: ['ignore', openSync(file, 'r'), 'ignore'],
  });
  const pid = child.pid ?? 0;
  const stat = procStat(pid);
  if (!stat) throw new Error('the child does not run');
  expect(Math.abs(startedAtMs(stat, Date.now()) - started)).toBeLessThan(2_000);
  const look = createProcessProbe();
  expect(look(pid)).toMatchObject({ cpuPercent: null });
  await waitFor('memory in use', () => (look(pid)?.memoryMb ?? 0) > 1);
  expect(look(pid)?.cpuPercent).toBeGreaterThanOrEqual(0);
  expect(holdersOf([file]).map((holder) => holder.pid)).toContain(pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(stat)).toBe(false);
  expect(look(pid)).toBeNull();
  expect(holdersOf([`${file}-not-there`])).toEqual([]);
});

test('disk, log size, network latency: numbers where there is something, null where nothing is configured', async () => {
  const disk = await lookAtDisk(temp.dir);
  expect(disk.freeGb).toBeGreaterThan(0);
  expect(await lookAtDisk(path.join(temp.dir, 'nope'))).toMatchObject({ freeGb: null });
  const logs = path.join(temp.dir, 'logs');
  expect(await lookAtLogSize(logs)).toMatchObject({ logMb: 0 });
  mkdirSync(path.join(logs, 'below'), { recursive: true });
  writeFileSync(path.join(logs, 'below', 'a.log'), Buffer.alloc(2 * 1_048_576));
  expect(await lookAtLogSize(logs)).toMatchObject({ logMb: 2 });
  const port = await listen(net.createServer());
  expect((await lookAtNetLatency({ host: '127.0.0.1', port }, 1_000)).latencyMs).toBeGreaterThanOrEqual(0);
  expect(await lookAtNetLatency(null, 1_000)).toMatchObject({ latencyMs: null });
});
