import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { crontabBlock, withBlock } from '../src/watchdog/crontab-block.ts';
import { type Home, makeHome } from './support/run-yoban.ts';

let temp: ReturnType<typeof makeTempDir>;
let home: Home;
let units: string;
let bin: string;

beforeEach(() => {
  temp = makeTempDir();
  home = makeHome(path.join(temp.dir, 'home'));
  units = path.join(temp.dir, 'config', 'systemd', 'user');
  bin = path.join(temp.dir, 'bin');
  mkdirSync(bin);
  home.env.XDG_CONFIG_HOME = path.join(temp.dir, 'config');
  home.env.PATH = `${bin}:${process.env.PATH ?? ''}`;
  home.configure('version: 1\ninclude: [picoclaw]\n');
});
afterEach(() => temp.remove());

/** A program of the machine that only writes down how it was called. */
function standIn(name: string, body = ''): string {
  const calls = path.join(temp.dir, `${name}.calls`);
  writeFileSync(path.join(bin, name), `#!/bin/sh\necho "$*" >> '${calls}'\n${body}\n`);
  chmodSync(path.join(bin, name), 0o755);
  return calls;
}
const unit = (name: string) => readFileSync(path.join(units, name), 'utf8');

describe('watchdog install', () => {
  test('W8: --dry-run shows every file whole and writes none', async () => {
    const before = home.listing();
    const { code, out } = await home.yoban(['watchdog', 'install', '--user', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain(`would write ${units}/yoban-watchdog.service:`);
    expect(out).toContain('WatchdogSec=30');
    expect(home.listing()).toEqual(before);
    expect(existsSync(units)).toBe(false);
  });

  test('W8: writes the units with their limits, and says which secrets are still to be given', async () => {
    home.env.REDIS_URL = 'redis://127.0.0.1:6379';
    home.env.PICOCLAW_WATCHDOG_LINE_NOTIFY_ENABLED = 'true';
    writeFileSync(path.join(home.dir, '.env'), 'PICOCLAW_WATCHDOG_LINE_NOTIFY_TO=U1\n');
    const { code, json } = await home.yoban(['watchdog', 'install', '--user', '--json']);
    expect(code).toBe(0);
    expect(readdirSync(units)).toEqual(
      expect.arrayContaining(['yoban-watchdog.service', 'yoban.target', 'yoban@.service']),
    );
    expect(readdirSync(units)).not.toContain('yoban-redis.service');
    const text = unit('yoban-watchdog.service');
    for (const line of [
      'Type=notify',
      'WatchdogSec=30',
      'Restart=always',
      'StartLimitIntervalSec=0',
      `EnvironmentFile=${home.dir}/service.env`,
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toMatch(/@[A-Z_]+@|^User=/m);
    expect(json().unset).toEqual(['PICOCLAW_CHANNELS_LINE_CHANNEL_ACCESS_TOKEN']);
    const variables = path.join(home.dir, 'service.env');
    expect(statSync(variables).mode & 0o777).toBe(0o600);
    expect(readFileSync(variables, 'utf8')).toContain(`YOBAN_CONFIG='${home.dir}/yoban.yml'`);
    expect((await home.yoban(['watchdog', 'install', '--user'])).out).toContain('unchanged:');
  });

  test('W8: privileges may rise only where a repair asks for sudo', async () => {
    await home.yoban(['watchdog', 'install', '--user']);
    expect(unit('yoban-watchdog.service')).not.toContain('NoNewPrivileges');
    home.configure('version: 1\ninclude: [voice-bot]\n');
    await home.yoban(['watchdog', 'install', '--user']);
    expect(unit('yoban-watchdog.service')).toContain('NoNewPrivileges=yes');
    expect(unit('yoban@.service')).toContain('NoNewPrivileges=yes');
  });

  test('V6: a service of the machine runs as a user that is not root, at boot, within limits', async () => {
    const into = path.join(temp.dir, 'system');
    const rest = ['--system', '--unit-dir', into];
    if (statSync(home.dir).uid === 0)
      expect((await home.yoban(['watchdog', 'install', ...rest])).err).toContain('belongs to root');
    expect((await home.yoban(['watchdog', 'install', ...rest, '--run-as', 'yoban'])).code).toBe(0);
    for (const name of ['yoban-watchdog.service', 'yoban@.service', 'yoban-redis.service']) {
      const text = readFileSync(path.join(into, name), 'utf8');
      expect(text).toMatch(/^User=yoban$/m);
      expect(text).toMatch(/^MemoryMax=\d+M$/m);
    }
    expect(readFileSync(path.join(into, 'yoban.target'), 'utf8')).toContain('WantedBy=multi-user.target');
  });

  test('a unit that somebody else wrote is left as it is', async () => {
    mkdirSync(units, { recursive: true });
    writeFileSync(path.join(units, 'yoban.target'), '[Unit]\nDescription=mine\n');
    const { code, err } = await home.yoban(['watchdog', 'install', '--user']);
    expect([code, err]).toEqual([1, expect.stringContaining('was not written by yoban')]);
    expect(readdirSync(units)).toEqual(['yoban.target']);
  });
});

describe('watchdog enable', () => {
  test('W8: reloads systemd, then enables and starts; not before it is installed', async () => {
    const calls = standIn('systemctl');
    expect((await home.yoban(['watchdog', 'enable', '--user'])).code).toBe(2);
    await home.yoban(['watchdog', 'install', '--user']);
    expect((await home.yoban(['watchdog', 'enable', '--user', '--dry-run'])).out).toContain(
      'would run: systemctl --user',
    );
    expect(existsSync(calls)).toBe(false);
    const { code, out } = await home.yoban(['watchdog', 'enable', '--user']);
    expect([code, out]).toEqual([0, expect.stringContaining('loginctl enable-linger')]);
    expect(readFileSync(calls, 'utf8').trim().split('\n')).toEqual([
      '--user daemon-reload',
      '--user enable --now yoban.target yoban-guardian.timer',
    ]);
  });

  test('what systemd refuses is told in its words', async () => {
    standIn('systemctl', 'echo "Failed to connect to bus" >&2; exit 1');
    await home.yoban(['watchdog', 'install', '--user']);
    const { code, err } = await home.yoban(['watchdog', 'enable', '--user']);
    expect([code, err]).toEqual([1, expect.stringContaining('Failed to connect to bus')]);
  });

  test('a kit that npm start runs is not doubled', async () => {
    await home.yoban(['watchdog', 'install', '--user']);
    mkdirSync(path.join(home.dir, 'run'), { recursive: true });
    const note = { pid: process.pid, url: 'http://127.0.0.1:1', pm2Home: '/p', env: {} };
    writeFileSync(path.join(home.dir, 'run', 'kit.json'), JSON.stringify(note));
    const { code, err } = await home.yoban(['watchdog', 'enable', '--user']);
    expect([code, err]).toEqual([2, expect.stringContaining('KIT_ALREADY_RUNNING')]);
  });

  test('W8: without systemd: lines for cron, beside those that are there, once', async () => {
    const table = path.join(temp.dir, 'table');
    writeFileSync(table, '0 4 * * * /usr/bin/true\n');
    standIn('crontab', `if [ "$1" = -l ]; then cat '${table}'; else cp "$1" '${table}'; fi`);
    await home.yoban(['watchdog', 'install', '--cron']);
    expect((await home.yoban(['watchdog', 'enable', '--cron'])).code).toBe(0);
    expect((await home.yoban(['watchdog', 'enable', '--cron'])).code).toBe(0);
    const lines = readFileSync(table, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('0 4 * * * /usr/bin/true');
    expect(lines.filter((line) => line.startsWith('@reboot'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('* * * * *'))).toHaveLength(1);
  });
});

test('lines for cron take the place of older ones of ours and leave all others', () => {
  const paths = { node: '/n', home: '/h', serviceEnv: '/h/service.env', envFile: '/c/.env', guardian: 'g.mjs' };
  const old = crontabBlock({ ...paths, root: '/old' });
  const own = crontabBlock({ ...paths, root: '/new' });
  const table = withBlock('MAILTO=me\n', old);
  expect(withBlock(`${table}5 5 * * * x\n`, own)).toBe(`MAILTO=me\n${own}5 5 * * * x\n`);
  expect(withBlock('no line break', own)).toBe(`no line break\n${own}`);
});
