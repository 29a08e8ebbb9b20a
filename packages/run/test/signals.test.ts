import path from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, notesIn } from './support/machine.ts';
import { app, openClient } from './support/start-parent.ts';
import { testParents } from './support/test-parents.ts';
import { waitFor } from './support/wait-for.ts';

const { dir, start } = testParents();

const ready = (notes: string) => waitFor('the app', () => notesIn(notes).some((line) => line.startsWith('ready')));

test.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
  'C5: %s ends the app and then the parent, exit 0',
  async (signal) => {
    const parent = start([], app);
    const { pid } = await parent.until('online');
    parent.child.kill(signal);
    expect(await parent.ended).toEqual({ code: 0, signal: null });
    expect(isAlive(pid ?? 0)).toBe(false);
  },
);

test('C5: an app that ignores SIGTERM holds up the end for the kill timeout and no longer', async () => {
  const notes = path.join(dir, 'ignores');
  const parent = start(['--kill-timeout', '1s'], [...app, 'ignore-term', 'child'], { env: { NOTES: notes } });
  await ready(notes);
  const startedAt = performance.now();
  parent.child.kill('SIGTERM');
  expect(await parent.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeGreaterThan(950);
  expect(notesIn(notes)).toContain('SIGTERM');
});

test('a second SIGTERM does not wait', async () => {
  const notes = path.join(dir, 'second');
  const parent = start(['--kill-timeout', '1h'], [...app, 'ignore-term'], { env: { NOTES: notes } });
  await ready(notes);
  parent.child.kill('SIGTERM');
  await waitFor('the first one to arrive', () => notesIn(notes).includes('SIGTERM'));
  parent.child.kill('SIGTERM');
  expect(await parent.ended).toEqual({ code: 0, signal: null });
});

test('other signals are the app’s, and the parent lives on', async () => {
  const notes = path.join(dir, 'forwarded');
  const parent = start([], [...app, 'note-signals'], { env: { NOTES: notes } });
  await ready(notes);
  const { pid } = await parent.status();
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const) {
    parent.child.kill(signal);
    await waitFor(signal, () => notesIn(notes).includes(signal));
  }
  expect(await parent.status()).toMatchObject({ pid, restarts: 0 });
  expect(parent.error()).not.toContain('Debugger');
});

test('the end of the parent while nothing runs, and while a client waits', async () => {
  const idle = start([], app);
  await idle.until('online');
  await idle.ask('stop');
  idle.child.kill('SIGTERM');
  expect(await idle.ended).toEqual({ code: 0, signal: null });
  const notes = path.join(dir, 'waits');
  const busy = start(['--kill-timeout', '1h'], [...app, 'ignore-term'], { env: { NOTES: notes } });
  await ready(notes);
  const client = openClient(busy.socket);
  client.send({ id: 'stop', do: 'stop' });
  await waitFor('the stop to be under way', () => notesIn(notes).includes('SIGTERM'));
  client.send({ id: 'restart', do: 'restart' });
  busy.child.kill('SIGTERM');
  expect(await client.reply('restart')).toMatchObject({ ok: false, code: 'FAILED', message: 'the parent is ending' });
  busy.child.kill('SIGTERM');
  expect(await client.reply('stop')).toMatchObject({ ok: true });
  expect(await busy.ended).toEqual({ code: 0, signal: null });
});
