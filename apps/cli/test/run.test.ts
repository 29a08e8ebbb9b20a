import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { makeHome } from './support/run-yoban.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const home = makeHome(path.join(temp.dir, 'h'));

test.each([
  [['run'], '--socket is missing'],
  [['run', '--socket', 'a.sock'], 'the command to run is missing'],
  [['run', '--socket', 'a.sock', '--min-uptime', '5', '--', 'app'], '--min-uptime is a time'],
  [['run', '--socket', 'a.sock', '--max-memory', 'much', '--', 'app'], '--max-memory is a size'],
  [['run', '--socket', 'a.sock', '--name', '../a', '--', 'app'], '"../a" cannot be part of a file name'],
  [['run', '--socket', 'a.sock', 'app', '--port', '1'], 'unknown option --port'],
])('wrong use of run is exit 2 before anything starts: %j', async (args, told) => {
  const ran = await home.yoban(args);
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toContain(`error USAGE: ${told}`);
});

test('run gives the process to the parent, with the words that are its own and those of the app apart', async () => {
  const became: { program: string; args: readonly string[]; env: Readonly<Record<string, string | undefined>> }[] = [];
  const env = {
    ...home.env,
    PATH: '/project/node:/usr/bin',
    YOBAN_CALLER_PATH: '/usr/bin',
    YOBAN_ROOT: '/project',
    NODE_COMPILE_CACHE: '/project/node_modules/.cache/yoban-compile',
  };
  const ran = await home.yoban(
    ['run', '--socket', 'a.sock', '--log-dir', 'logs', '--json', '--', 'app', '--json', '--lang', 'de', '--', '-h'],
    { env, become: (program, args, given) => became.push({ program, args, env: given }) },
  );
  expect(ran).toMatchObject({ code: 0, out: '', err: '' });
  const [{ program, args, env: given } = { program: '', args: [], env: {} }] = became;
  expect(program).toBe(process.execPath);
  const at = args.findIndex((word) => word.endsWith(path.join('run', 'src', 'main.ts')));
  expect(args.slice(at + 1)).toEqual([
    ...['--socket=a.sock', '--log-dir=logs', '--json', '--lang=en'],
    ...['--', 'app', '--json', '--lang', 'de', '--', '-h'],
  ]);
  expect(args).toContain('--max-semi-space-size=1');
  expect(given).toEqual({ ...home.env, PATH: '/usr/bin' });
});

test('run from the command line: the app, its exit, and the end of the parent', async () => {
  const main = path.resolve(import.meta.dirname, '../src/main.ts');
  const args = [
    'run',
    '--socket',
    path.join(temp.dir, 'a.sock'),
    '--max-restarts',
    '0',
    '--',
    'sh',
    '-c',
    'echo ran; exit 3',
  ];
  const running = spawn(process.execPath, ['--conditions=yoban-src', main, ...args], {
    env: { PATH: process.env.PATH, LANG: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(running, 'exit');
  const out = text(running.stdout);
  running.stderr.setEncoding('utf8').on('data', (said: string) => {
    if (said.includes('given up')) running.kill('SIGTERM');
  });
  expect(await ended).toEqual([0, null]);
  expect(await out).toBe('ran\n');
});
