import { expect, test } from 'vitest';
import { parseOptions } from './parse-options.ts';
import { runLang, runWords } from './words/words.ts';

const parse = (...argv: string[]) => parseOptions(argv, '/srv', 'en', runWords('en'));

test('H7: without options the values are those of the ecosystem file', () => {
  expect(parse('--socket', 'run/shop.sock', '--', 'node', 'app.js', '--port', '1')).toEqual({
    socket: '/srv/run/shop.sock',
    name: 'shop',
    program: 'node',
    args: ['app.js', '--port', '1'],
    logDir: null,
    logLimitBytes: 10 * 2 ** 20,
    policy: { restartLimit: 10, minUptimeMs: 60_000, killTimeoutMs: 8_000, memoryLimitMb: null },
    json: false,
    lang: 'en',
  });
});

test('every option', () => {
  const flags = [
    '--socket=/a.sock',
    '--name=b',
    '--log-dir=l',
    '--log-limit=1M',
    '--max-restarts=0',
    '--min-uptime=0s',
  ];
  expect(parse(...flags, '--max-memory=1.5G', '--kill-timeout=500ms', '--json', 'app')).toMatchObject({
    name: 'b',
    program: 'app',
    logDir: '/srv/l',
    logLimitBytes: 2 ** 20,
    policy: { restartLimit: 0, minUptimeMs: 0, killTimeoutMs: 500, memoryLimitMb: 1_536 },
    json: true,
  });
  expect(parse('--help')).toBeNull();
});

test.each([
  [['--socket', 'a', '--kill-timeout', '2h', 'x'], 'from 100ms to 1h'],
  [['--socket', 'a', '--max-restarts', '-1', 'x'], '--max-restarts needs a value'],
  [['--socket', 'a', '--max-restarts=many', 'x'], 'whole number'],
  [['--socket', 'a', '--max-memory', 'much', 'x'], '--max-memory is a size'],
  [['--socket', 'a', '--max-memory', '0.5M', 'x'], '--max-memory is at least 1M'],
  [['--socket', 'a', '--log-limit', '0K', 'x'], '--log-limit is at least 1K'],
  [['--socket', 'a', '--json=1', 'x'], '--json takes no value'],
  [['--help=1'], '--help takes no value'],
  [['--socket'], '--socket needs a value'],
  [['--socket', 'a', '--loud', 'x'], 'unknown option --loud'],
  [['--socket', '', 'x'], '--socket is missing'],
  [['--socket', 'a', '--', ''], 'command to run is missing'],
  [['--socket', 'a', '--lang', 'de', 'x'], '--lang is ja or en'],
])('what cannot be: %j', (argv, told) => {
  expect(() => parse(...argv)).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(told) }),
  );
});

test('the language: the option, else the locale', () => {
  expect(runLang(undefined, { LANG: 'ja_JP.UTF-8' })).toBe('ja');
  expect(runLang('en', { LANG: 'ja_JP.UTF-8' })).toBe('en');
  expect(runLang(undefined, {})).toBe('en');
});

test('both languages say the same things in different words', () => {
  const [en, ja] = [runWords('en'), runWords('ja')];
  for (const [key, text] of Object.entries(en.options))
    expect(ja.options[key as keyof typeof en.options]).not.toBe(text);
});
