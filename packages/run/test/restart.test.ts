import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freePort, pidAt, signalOne } from './support/machine.ts';
import { app, openClient } from './support/start-parent.ts';
import { testParents } from './support/test-parents.ts';
import { waitFor } from './support/wait-for.ts';

const { dir, start } = testParents();

test('H7: an app that is killed answers again with a new process', async () => {
  const port = await freePort();
  const parent = start([], app, { env: { APP_PORT: String(port) } });
  const first = await waitFor('the first answer', () => pidAt(port));
  expect(await parent.status()).toMatchObject({ version: 1, state: 'online', pid: first, restarts: 0, lastExit: null });
  signalOne(first, 'SIGKILL');
  const second = await waitFor('an answer of another process', async () => {
    const pid = await pidAt(port);
    return pid !== first && pid;
  });
  const status = await parent.status();
  expect(status).toMatchObject({ pid: second, restarts: 1, unstableRestarts: 1, gaveUp: false });
  expect(status).toMatchObject({ restartLimit: 10, minUptimeMs: 60_000, memoryLimitMb: null });
  expect(status.lastExit).toMatchObject({ code: null, signal: 'SIGKILL', reason: 'killed' });
  expect(status.parent.pid).toBe(parent.pid);
  expect(status.memoryMb).toBeGreaterThan(10);
  expect(status.cpuTicks).toBeGreaterThan(0);
  expect(status.pidNamespace).toMatch(/^pid:\[\d+\]$/);
});

test('H7: a crash loop ends after the limit, the parent stays, and a start brings a fresh budget', async () => {
  // It crashes once the watcher is heard: before that, the push would come to nobody.
  const gate = path.join(dir, 'gate');
  const script = 'until [ -e "$0" ]; do sleep 0.05; done; exit 3';
  const parent = start(['--max-restarts', '3'], ['sh', '-c', script, gate]);
  await parent.until('online');
  const watcher = openClient(parent.socket);
  watcher.send({ id: 'w', do: 'watch' });
  await watcher.reply('w');
  writeFileSync(gate, '');
  const given = await parent.until('errored');
  expect(given).toMatchObject({ gaveUp: true, restarts: 3, unstableRestarts: 3, pid: null, memoryMb: null });
  expect(given.lastExit).toMatchObject({ code: 3, reason: 'crashed' });
  await waitFor('the push', () => watcher.pushes().some(({ event }) => event === 'gave-up'));
  expect(await parent.ask('start')).toMatchObject({
    ok: true,
    status: { state: 'online', unstableRestarts: 0, gaveUp: false },
  });
  expect(await waitFor('giving up again', async () => (await parent.status()).restarts === 7)).toBe(true);
  expect(await parent.until('errored')).toMatchObject({ unstableRestarts: 3 });
  await parent.says('given up after 3 restarts');
  watcher.connection.destroy();
});

test('a watcher hears exits, starts and a beat', async () => {
  const parent = start([], app);
  const { pid } = await parent.until('online');
  const watcher = openClient(parent.socket);
  watcher.send({ id: 'w', do: 'watch' });
  expect(await watcher.reply('w')).toMatchObject({ ok: true, status: { pid } });
  signalOne(pid, 'SIGKILL');
  await waitFor('a beat', () => watcher.pushes().some(({ event }) => event === 'beat'));
  const news = await waitFor('both', () => {
    const told = watcher.pushes().filter(({ event }) => event !== 'beat');
    return told.length === 2 && told;
  });
  expect(news).toMatchObject([
    { event: 'exit', status: { pid: null, state: 'waiting-restart', lastExit: { reason: 'killed' } } },
    { event: 'online', status: { state: 'online', restarts: 1 } },
  ]);
  watcher.connection.destroy();
});

test('more memory than the limit: a new process, and the reason', async () => {
  const parent = start(['--max-memory', '150M'], [...app, 'eat-memory']);
  // Not by its number: the next one eats as much, and may have been ended by now, too.
  const status = await waitFor('a restart', async () => {
    const now = await parent.status().catch(() => null);
    return now && now.restarts > 0 && now;
  });
  expect(status).toMatchObject({ memoryLimitMb: 150, lastExit: { reason: 'memory-limit' } });
  await parent.says(/holds \d+(\.\d)? MB, more than 150 MB/);
});

test('a command that is not there: exit 1 at the first start, in both languages', async () => {
  const parent = start([], ['no-such-program']);
  expect(await parent.ended).toEqual({ code: 1, signal: null });
  await parent.says(/^error RUN_NOT_STARTED: no-such-program cannot be started: .+\nhint: .+\n$/);
  const japanese = start(['--lang', 'ja', '--json'], ['no-such-program']);
  expect((await japanese.ended).code).toBe(1);
  await waitFor('the answer', () => japanese.out().endsWith('}\n'));
  expect(JSON.parse(japanese.out())).toMatchObject({
    error: { code: 'RUN_NOT_STARTED', hint: expect.stringContaining('PATH') },
  });
  expect(japanese.out()).toContain('起動できません');
});

test('--json: what happens as JSON lines on stderr', async () => {
  const parent = start(['--json', '--name', 'demo', '--max-restarts', '0'], ['sh', '-c', 'exit 4']);
  await parent.until('errored');
  const lines = await waitFor('both lines', () => {
    const all = parent.error().trim().split('\n');
    return all.length >= 2 && all;
  });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'started', name: 'demo', status: { state: 'online' } },
    { event: 'exited', exit: { code: 4, reason: 'crashed' }, next: { do: 'give-up', limit: 0 } },
  ]);
});
