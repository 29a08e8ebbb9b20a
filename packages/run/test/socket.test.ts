import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { residentMb } from '../src/proc.ts';
import { isAlive } from './support/machine.ts';
import { app, openClient } from './support/start-parent.ts';
import { testParents } from './support/test-parents.ts';
import { waitFor } from './support/wait-for.ts';

const { dir, start } = testParents();

test('the socket is for the owner and its group, and gone after an orderly end', async () => {
  const parent = start([], app);
  await parent.until('online');
  expect(statSync(parent.socket).mode & 0o777).toBe(0o660);
});

test('a second parent at a living socket: exit 2, naming the first, whose app goes on', async () => {
  const first = start([], app);
  const { pid } = await first.until('online');
  const second = start([], app, { socket: first.socket });
  expect(await second.ended).toEqual({ code: 2, signal: null });
  await second.says(new RegExp(`^error RUN_SOCKET_TAKEN: .+ \\(pid ${first.pid}\\)\nhint: .+\n$`));
  expect((await first.status()).pid).toBe(pid);
});

test('a parent that hangs still owns its socket', async () => {
  const first = start([], app);
  await first.until('online');
  first.child.kill('SIGSTOP');
  const second = start([], app, { socket: first.socket });
  try {
    expect(await second.ended).toEqual({ code: 2, signal: null });
    await second.says(`(pid ${first.pid})`);
  } finally {
    first.child.kill('SIGCONT');
  }
});

test('a parent whose socket was removed still owns its app', async () => {
  const first = start([], app);
  const { pid } = await first.until('online');
  unlinkSync(first.socket);
  const second = start([], app, { socket: first.socket });
  expect(await second.ended).toEqual({ code: 2, signal: null });
  await second.says(`(pid ${first.pid})`);
  expect(isAlive(pid ?? 0)).toBe(true);
});

test('of two parents that take over a dead one at the same time, one lives', async () => {
  const dead = start([], app);
  await dead.until('online');
  dead.child.kill('SIGKILL');
  await dead.ended;
  const both = [1, 2].map(() => start([], app, { socket: dead.socket }));
  const loser = await Promise.race(both.map((one) => one.ended.then(() => one)));
  expect(loser.child.exitCode).toBe(2);
  const winner = both.find((one) => one !== loser);
  const status = await winner?.until('online');
  expect(status?.parent.pid).toBe(winner?.pid);
});

test('what stands in the way is named, and nothing is overwritten', async () => {
  const file = path.join(dir, 'a-file');
  writeFileSync(file, 'mine');
  const server = createServer().listen(path.join(dir, 'foreign.sock'));
  await once(server, 'listening');
  const long = path.join(dir, 'x'.repeat(90));
  try {
    for (const [socket, told] of [
      [file, /USAGE: .+ is not a socket/],
      [long, /USAGE: .+ bytes, a unix socket path at most 90/],
      [path.join(dir, 'nowhere', 'a.sock'), /USAGE: .+ENOENT\nhint: .+mkdir -p/],
      [path.join(file, 'a.sock'), /USAGE: .+a-file, where the socket is to lie, is not a folder/],
      // Somebody else's, who says nothing that we know.
      [path.join(dir, 'foreign.sock'), /RUN_SOCKET_TAKEN/],
    ] as const) {
      const parent = start([], app, { socket });
      expect(await parent.ended).toEqual({ code: 2, signal: null });
      await parent.says(told);
    }
  } finally {
    server.close();
  }
});

test('a client that sends garbage, too much, or half a word costs nothing but its connection', async () => {
  const parent = start([], app);
  const { pid } = await parent.until('online');
  const client = openClient(parent.socket);
  client.send('not json\n');
  client.send({ id: '1', do: 'dance' });
  client.send('{"id":"2","do":"st');
  client.send('atus"}\n');
  expect(await client.reply('2')).toMatchObject({ ok: true, status: { pid } });
  expect(
    client
      .lines()
      .slice(0, 2)
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { id: '', ok: false, code: 'BAD_REQUEST' },
    { id: '1', ok: false, code: 'BAD_REQUEST' },
  ]);
  const closed = once(client.connection, 'close');
  client.send('x'.repeat(9_000));
  await closed;
  expect(JSON.parse(client.lines().at(-1) ?? '')).toMatchObject({ id: '', ok: false, code: 'BAD_REQUEST' });
  expect((await parent.status()).pid).toBe(pid);
});

test('a client may close its side and still gets its answer', async () => {
  const parent = start([], app);
  await parent.until('online');
  const client = openClient(parent.socket);
  const closed = once(client.connection, 'close');
  client.connection.end('{"id":"1","do":"restart"}\n');
  await closed;
  expect(await client.reply('1')).toMatchObject({ ok: true, status: { restarts: 1 } });
});

test('a client that asks without end and never reads is cut off; others do not notice', async () => {
  const parent = start([], app);
  const { pid } = await parent.until('online');
  const before = residentMb(parent.pid) ?? 0;
  const flood = openClient(parent.socket);
  await once(flood.connection, 'connect');
  flood.connection.pause();
  const requests = '{"id":"1","do":"status"}\n'.repeat(8_000);
  const cut = new Promise((resolve) => flood.connection.on('close', resolve));
  const pump = () => {
    if (flood.connection.destroyed) return;
    if (flood.connection.write(requests)) setImmediate(pump);
    else flood.connection.once('drain', pump);
  };
  pump();
  await cut;
  expect((await parent.status()).pid).toBe(pid);
  expect((residentMb(parent.pid) ?? 0) - before).toBeLessThan(60);
});

test('a line without an end is not read on: the connection is closed, also for a client that never reads', async () => {
  const parent = start([], app);
  await parent.until('online');
  const before = residentMb(parent.pid) ?? 0;
  const clients = Array.from({ length: 8 }, () => openClient(parent.socket));
  const closed = clients.map(({ connection }) => new Promise((resolve) => connection.on('close', resolve)));
  for (const { connection } of clients) {
    connection.pause();
    // 24 MB in characters of three bytes each.
    for (let piece = 0; piece < 8; piece += 1) connection.write('終'.repeat(2 ** 20));
  }
  await Promise.all(closed);
  expect((residentMb(parent.pid) ?? 0) - before).toBeLessThan(30);
  expect((await parent.status()).state).toBe('online');
});

test('a watcher that never reads is cut off; one that closed its side is no watcher any more', async () => {
  const parent = start([], app);
  await parent.until('online');
  const deaf = openClient(parent.socket);
  await once(deaf.connection, 'connect');
  deaf.connection.pause();
  deaf.send('{"id":"1","do":"watch"}\n'.repeat(4_000));
  // Who does not read learns of it when the next write fails.
  await waitFor('the cut', () => {
    deaf.send('\n');
    return deaf.connection.destroyed;
  });
  const half = openClient(parent.socket);
  const ended = once(half.connection, 'end');
  half.connection.end('{"id":"1","do":"watch"}\n');
  await ended;
  expect(half.lines()).toHaveLength(1);
});

test('a folder that is closed to us is told with its owner and our user, and what to do', async () => {
  const folder = path.join(dir, 'theirs');
  mkdirSync(folder, { mode: 0o500 });
  // Rights do not bind root, so root runs the parent as somebody else.
  const through = process.getuid?.() === 0 ? ['setpriv', '--reuid=4321', '--regid=4321', '--clear-groups'] : [];
  const uid = through.length > 0 ? 4321 : process.getuid?.();
  chmodSync(dir, 0o755);
  const parent = start([], app, { socket: path.join(folder, 'a.sock'), through });
  expect(await parent.ended).toEqual({ code: 2, signal: null });
  const owner = `it belongs to user ${process.getuid?.()}, mode 0500`;
  await parent.says(new RegExp(`^error USAGE: user ${uid} may not write in .+theirs: ${owner}\nhint: .+same uid`));
  expect(parent.error()).not.toContain('mkdir');
});
