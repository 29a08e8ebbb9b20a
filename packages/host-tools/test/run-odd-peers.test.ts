import { chmodSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { RunReach } from '../src/run-parent/run-problem.ts';
import { createCommand } from '../src/supervisors/command.ts';

const temp = makeTempDir();
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});
afterAll(() => temp.remove());

const times = { askMs: 300, actMs: 300, silentMs: 150, retry: { baseMs: 40, capMs: 200 } };
let peers = 0;

/** Somebody who listens where a parent should, and answers each connection in a way of its own. */
async function peer(answer: (socket: net.Socket, request: string) => void) {
  peers += 1;
  const seen = { file: path.join(temp.dir, `${peers}.sock`), connections: 0, open: 0 };
  const server = net.createServer((socket) => {
    seen.connections += 1;
    seen.open += 1;
    socket
      .on('error', () => undefined)
      .on('close', () => {
        seen.open -= 1;
      });
    ends.push(() => socket.destroy());
    socket.on('data', (bytes) => answer(socket, String(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(seen.file, resolve));
  ends.push(() => server.close());
  return seen;
}

const odd: { peer: string; answer: (socket: net.Socket) => void; reach: RunReach }[] = [
  {
    peer: 'speaks something else',
    answer: (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n'),
    reach: 'foreign',
  },
  {
    peer: 'is of another version',
    answer: (socket) => void socket.write('{"id":"status","ok":true,"status":{"version":2}}\n'),
    reach: 'foreign',
  },
  { peer: 'never ends its line', answer: (socket) => void socket.write('x'.repeat(9_000)), reach: 'foreign' },
  { peer: 'hangs up', answer: (socket) => void socket.destroy(), reach: 'silent' },
  { peer: 'says nothing', answer: () => undefined, reach: 'silent' },
];

test.each(odd)(
  'a peer that $peer is an error of its own, and the watch of it neither rushes nor claims to know',
  async ({ answer, reach }) => {
    const seen = await peer(answer);
    const supervisor = createCommand(seen.file, times);
    await expect(supervisor.describe()).rejects.toMatchObject({
      code: 'SUPERVISOR_UNAVAILABLE',
      hint: expect.stringMatching(/.{20}/),
      fields: { socket: seen.file, reach },
    });
    const events: string[] = [];
    const end = supervisor.watch(({ event }) => events.push(event));
    await waitFor('three attempts', () => seen.connections >= 4);
    const [since, before] = [performance.now(), seen.connections];
    await waitFor('five more', () => seen.connections >= before + 5);
    // Pauses grow to their cap, of which at least half is waited.
    expect(performance.now() - since).toBeGreaterThan(5 * 60);
    expect(supervisor.processNow()).toBeUndefined();
    expect(supervisor.use()).toBeNull();
    expect(events).toEqual([]);
    end();
    const after = seen.connections;
    await waitFor('its connections to end', () => seen.open === 0);
    // That nothing comes any more can only be seen by giving it the time in which it came before.
    await sleep(3 * times.retry.capMs);
    expect(seen.connections).toBe(after);
  },
);

test('a parent that could not do it is quoted', async () => {
  const { file } = await peer((socket, request) => {
    const { id } = JSON.parse(request);
    socket.write(`${JSON.stringify({ id, ok: false, code: 'FAILED', message: 'spawn game ENOENT' })}\n`);
  });
  await expect(createCommand(file, times).start()).rejects.toMatchObject({
    code: 'SUPERVISOR_FAILED',
    message: 'yoban run could not start: spawn game ENOENT',
  });
});

test('nobody at the socket, and a socket of somebody else, are told apart with a way out each', async () => {
  const nowhere = createCommand(path.join(temp.dir, 'none.sock'), times);
  await expect(nowhere.stop()).rejects.toMatchObject({
    fields: { reach: 'gone' },
    hint: expect.stringContaining('volume'),
  });
  const { file } = await peer(() => undefined);
  chmodSync(file, 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    const refused = createCommand(file, times).describe();
    await expect(refused).rejects.toMatchObject({
      fields: { reach: 'forbidden' },
      hint: expect.stringContaining('same user'),
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});
