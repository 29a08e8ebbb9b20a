import path from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, notesIn, signalOne } from './support/machine.ts';
import { app, openClient } from './support/start-parent.ts';
import { testParents } from './support/test-parents.ts';
import { waitFor } from './support/wait-for.ts';

const { dir, start } = testParents();

test('stop and start, each answered in its state', async () => {
  const parent = start([], app);
  const { pid } = await parent.until('online');
  const stopped = await parent.ask('stop');
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(stopped).toMatchObject({
    ok: true,
    status: { state: 'stopped', pid: null, lastExit: { signal: 'SIGTERM', reason: 'asked' } },
  });
  expect(await parent.ask('stop')).toMatchObject({ ok: true, status: { state: 'stopped' } });
  const started = await parent.ask('start');
  expect(started).toMatchObject({ ok: true, status: { state: 'online', restarts: 1, unstableRestarts: 0 } });
  expect(await parent.ask('restart')).toMatchObject({ ok: true, status: { state: 'online', restarts: 2 } });
});

test('an app that was stopped by SIGSTOP ends by its SIGTERM, not by the kill timeout', async () => {
  const parent = start(['--kill-timeout', '1h'], app);
  const { pid } = await parent.until('online');
  signalOne(pid, 'SIGSTOP');
  expect(await parent.ask('stop')).toMatchObject({
    ok: true,
    status: { lastExit: { signal: 'SIGTERM', reason: 'asked' } },
  });
});

test('an app that ignores SIGTERM is killed after the timeout', async () => {
  const notes = path.join(dir, 'ignores');
  const parent = start(['--kill-timeout', '1s'], [...app, 'ignore-term'], { env: { NOTES: notes } });
  await waitFor('the app', () => notesIn(notes).some((line) => line.startsWith('ready')));
  expect(await parent.ask('stop')).toMatchObject({
    ok: true,
    status: { lastExit: { signal: 'SIGKILL', reason: 'asked' } },
  });
  expect(notesIn(notes)).toContain('SIGTERM');
  await parent.says('still there: SIGKILL');
});

test('a stop is not answered while a child of the app lives, in its group or not', async () => {
  const notes = path.join(dir, 'children');
  const parent = start(['--kill-timeout', '500ms'], [...app, 'child', 'daemon'], { env: { NOTES: notes } });
  await waitFor('the app', () => notesIn(notes).some((line) => line.startsWith('ready')));
  const children = notesIn(notes).flatMap((line) => (line.startsWith('child') ? [Number(line.split(' ')[1])] : []));
  expect(children.map(isAlive)).toEqual([true, true]);
  expect(await parent.ask('stop')).toMatchObject({ ok: true });
  expect(children.map(isAlive)).toEqual([false, false]);
});

test('requests during other requests: the last wish wins, each gets its answer', async () => {
  const notes = path.join(dir, 'wishes');
  const parent = start(['--kill-timeout', '1h'], [...app, 'ignore-term'], { env: { NOTES: notes } });
  await waitFor('the app', () => notesIn(notes).some((line) => line.startsWith('ready')));
  const { pid } = await parent.status();
  const [one, other] = [openClient(parent.socket), openClient(parent.socket)];
  one.send({ id: 'a', do: 'stop' });
  one.send({ id: 'b', do: 'start' });
  one.send({ id: 'c', do: 'stop' });
  await waitFor('the refusal of the start', () => one.lines().length > 0);
  other.send({ id: 'd', do: 'restart' });
  other.send({ id: 'e', do: 'restart' });
  // Requests of a connection are taken in turn: behind this one all of them are under way, and the app may end.
  other.send({ id: 'f', do: 'status' });
  await other.reply('f');
  signalOne(pid, 'SIGKILL');
  expect(await one.reply('b')).toMatchObject({ ok: false, code: 'FAILED', message: expect.stringContaining('later') });
  for (const reply of [await one.reply('a'), await one.reply('c')]) expect(reply).toMatchObject({ ok: true });
  const replies = [await other.reply('d'), await other.reply('e')];
  for (const reply of replies) expect(reply).toMatchObject({ ok: true, status: { state: 'online', restarts: 1 } });
  for (const { connection } of [one, other]) connection.destroy();
});

test('a client that leaves in the middle of its request does not change what it asked for', async () => {
  const notes = path.join(dir, 'leaves');
  const parent = start(['--kill-timeout', '1s'], [...app, 'ignore-term'], { env: { NOTES: notes } });
  await waitFor('the app', () => notesIn(notes).some((line) => line.startsWith('ready')));
  const client = openClient(parent.socket);
  client.send({ id: '1', do: 'stop' });
  await waitFor('the request to be under way', () => notesIn(notes).includes('SIGTERM'));
  client.connection.destroy();
  expect((await parent.until('stopped')).lastExit).toMatchObject({ reason: 'asked', signal: 'SIGKILL' });
});
