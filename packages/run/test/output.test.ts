import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isAlive } from './support/machine.ts';
import { app } from './support/start-parent.ts';
import { testParents } from './support/test-parents.ts';
import { waitFor } from './support/wait-for.ts';

const { dir, start } = testParents();

/** Empty while there is none: a log that is being put aside is gone for a moment, also between a look and a read. */
function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Writes `count` numbered lines and goes on running. */
const counter = (count: number, more = '') => [
  process.execPath,
  '-e',
  `for (let n = 0; n < ${count}; n++) console.log('line ' + String(n).padStart(6, '0')); ${more} setInterval(() => {}, 1000);`,
];

test('what the app writes goes to our own output and to its log files, across restarts', async () => {
  const logs = path.join(dir, 'logs');
  const [out, error] = [path.join(logs, 'demo-out.log'), path.join(logs, 'demo-error.log')];
  const parent = start(['--log-dir', logs, '--name', 'demo'], ['sh', '-c', 'echo one; echo two >&2; sleep 60']);
  await parent.until('online');
  await waitFor('what the first life says', () => text(out) === 'one\n' && text(error) === 'two\n');
  expect(await parent.ask('restart')).toMatchObject({ status: { logs: { out, error } } });
  await waitFor('both lives in the log', () => text(out) === 'one\none\n');
  await waitFor('the other one', () => text(error) === 'two\ntwo\n');
  await waitFor(
    'both in our own output',
    () => parent.out() === 'one\none\n' && parent.error().match(/^two$/gm)?.length === 2,
  );
});

test('without a log folder the app writes to our output itself', async () => {
  const parent = start([], ['sh', '-c', 'echo one; echo two >&2; readlink /proc/$$/fd/0; sleep 60']);
  await waitFor('the output', () => parent.out() === 'one\n/dev/null\n' && parent.error().includes('two\n'));
  expect((await parent.status()).logs).toEqual({ out: null, error: null });
});

test('a log at its limit is put aside at the end of a line, one older one is kept, and nothing is lost on the way', async () => {
  const logs = path.join(dir, 'rotated');
  mkdirSync(logs);
  const file = path.join(logs, 'a-out.log');
  const parent = start(['--log-dir', logs, '--name', 'a', '--log-limit', '64K'], counter(8_000));
  // 8000 lines of 12 bytes: one full file and half of another.
  await waitFor('the last line', () => text(file).endsWith('line 007999\n'));
  const both = text(`${file}.1`) + text(file);
  expect(both).toBe(Array.from({ length: 8_000 }, (_, n) => `line ${String(n).padStart(6, '0')}\n`).join(''));
  // What the app wrote may come in pieces that end within a line: that line is not torn apart.
  expect(statSync(`${file}.1`).size).toBeLessThan(65_536 + 12);
  await waitFor('the same in our own output', () => parent.out() === both);
});

test('an older log that is moved away by others is not written on', async () => {
  const logs = path.join(dir, 'moved');
  const file = path.join(logs, 'm-out.log');
  const talker = [process.execPath, '-e', `setInterval(() => console.log('tick'), 50)`];
  start(['--log-dir', logs, '--name', 'm'], talker);
  await waitFor('a line', () => text(file) !== '');
  renameSync(file, `${file}.moved`);
  await waitFor('a new file', () => text(file) !== '');
});

test('a log disk that is full does not stop the app, and is told once', async () => {
  const logs = path.join(dir, 'full');
  const through = ['bash', '-c', 'ulimit -f 8; exec "$@"', 'limited'];
  const parent = start(['--log-dir', logs, '--name', 'f'], counter(3_000, `console.log('the end');`), { through });
  await waitFor('all of the output', () => parent.out().endsWith('the end\n'));
  expect(parent.out()).toHaveLength(3_000 * 12 + 8);
  expect(await parent.status()).toMatchObject({ state: 'online', restarts: 0 });
  // It is told when the disk takes no more; our own output may be ahead of the log.
  await parent.says('cannot be written');
  expect(statSync(path.join(logs, 'f-out.log')).size).toBe(8 * 1_024);
  expect(parent.error().match(/cannot be written/g)).toHaveLength(1);
});

test('a log folder that is gone does not stop the app; when it is back, so is the log, and what is missing is told', async () => {
  const logs = path.join(dir, 'gone');
  const file = path.join(logs, 'g-out.log');
  const talker = [process.execPath, '-e', `setInterval(() => console.log('tick'), 20)`];
  const parent = start(['--log-dir', logs, '--name', 'g'], talker);
  await waitFor('a line', () => text(file) !== '');
  rmSync(logs, { recursive: true });
  writeFileSync(logs, 'in the way');
  await parent.says('cannot be written');
  const before = parent.out().length;
  await waitFor('the app to go on', () => parent.out().length > before + 200);
  rmSync(logs);
  await waitFor('the log', () => text(file) !== '');
  await parent.says(/is written again; \d+ bytes are missing/);
  expect(await parent.status()).toMatchObject({ state: 'online', restarts: 0 });
});

test('a pipe in the place of a log file keeps nobody waiting', async () => {
  const logs = path.join(dir, 'pipes');
  mkdirSync(logs);
  execFileSync('mkfifo', [path.join(logs, 'p-out.log')]);
  const parent = start(['--log-dir', logs, '--name', 'p'], counter(10));
  await waitFor('the output', () => parent.out().endsWith('line 000009\n'));
  await parent.says('cannot be written');
});

test('a reader of ours that stops reading makes the app wait as a pipe would, and nothing else', async () => {
  const logs = path.join(dir, 'slow');
  const parent = start(
    ['--log-dir', logs, '--name', 's', '--kill-timeout', '5s'],
    counter(100_000, `console.log('the end');`),
  );
  parent.child.stdout?.pause();
  await parent.until('online');
  await waitFor('the log to stand still', async () => {
    const before = text(path.join(logs, 's-out.log')).length;
    await parent.status();
    return before > 0 && text(path.join(logs, 's-out.log')).length === before;
  });
  expect(text(path.join(logs, 's-out.log'))).not.toContain('the end');
  parent.child.stdout?.resume();
  await waitFor('all of it', () => parent.out().endsWith('the end\n'));
  await waitFor('the same in the log', () => text(path.join(logs, 's-out.log')) === parent.out());
});

test('a reader of ours that never reads does not keep the parent from ending', async () => {
  const parent = start(['--log-dir', path.join(dir, 'deaf')], counter(100_000));
  parent.child.stdout?.pause();
  await parent.until('online');
  const inherited = start([], ['sh', '-c', 'while :; do echo 0123456789; echo 0123456789 >&2; done']);
  inherited.child.stdout?.pause();
  inherited.child.stderr?.pause();
  await inherited.until('online');
  for (const one of [parent, inherited]) one.child.kill('SIGTERM');
  expect(await parent.ended).toEqual({ code: 0, signal: null });
  await inherited.ended;
});

test('a reader of ours that went away does not end the app', async () => {
  const logs = path.join(dir, 'closed');
  const talker = [process.execPath, '-e', `setInterval(() => console.log('tick'), 20)`];
  const parent = start(['--log-dir', logs, '--name', 'c'], talker);
  await waitFor('a line', () => parent.out() !== '');
  parent.child.stdout?.destroy();
  parent.child.stderr?.destroy();
  const before = text(path.join(logs, 'c-out.log')).length;
  await waitFor('the log to grow', () => text(path.join(logs, 'c-out.log')).length > before + 50);
  expect(await parent.status()).toMatchObject({ state: 'online', restarts: 0 });
  expect(await parent.ask('restart')).toMatchObject({ ok: true, status: { restarts: 1 } });
});

test('a child that keeps the output open does not keep the parent from ending', async () => {
  const parent = start(['--log-dir', path.join(dir, 'open'), '--kill-timeout', '200ms'], [...app, 'daemon']);
  await parent.until('online');
  parent.child.kill('SIGTERM');
  expect(await parent.ended).toEqual({ code: 0, signal: null });
});

test('a log disk that hangs does not keep the parent from ending', async () => {
  const [pipe, trigger] = [path.join(dir, 'hang-pipe'), path.join(dir, 'hang-now')];
  execFileSync('mkfifo', [pipe]);
  const env = {
    ...{ HANG_AT: pipe, HANG_WHEN: trigger, UV_THREADPOOL_SIZE: '1' },
    NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'support/hang-disk.mjs')}`,
  };
  const talker = ['sh', '-c', 'while :; do echo tick; sleep 0.05; done'];
  const parent = start(['--log-dir', path.join(dir, 'hanging')], talker, { env });
  await parent.until('online');
  writeFileSync(trigger, '');
  await parent.says('no answer within 2 s');
  const { pid } = await parent.status();
  parent.child.kill('SIGTERM');
  expect(await parent.ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect(isAlive(pid ?? 0)).toBe(false);
});

test('a link in the place of a log file or of what is kept is not followed', async () => {
  const logs = path.join(dir, 'linked');
  const precious = path.join(dir, 'precious');
  mkdirSync(logs);
  writeFileSync(precious, 'good');
  symlinkSync(precious, path.join(logs, 'l-out.log'));
  const parent = start(['--log-dir', logs, '--name', 'l'], counter(10));
  await waitFor('the output', () => parent.out().endsWith('line 000009\n'));
  await parent.says('cannot be written');
  symlinkSync(precious, `${parent.socket}.state.${parent.pid}`);
  expect(await parent.ask('restart')).toMatchObject({ ok: true });
  expect(text(precious)).toBe('good');
  expect(JSON.parse(text(`${parent.socket}.state`))).toMatchObject({ parent: { pid: parent.pid } });
});
