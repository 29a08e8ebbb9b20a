import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { commandTable } from '../src/command-table.ts';
import { makeHome } from './support/run-yoban.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const home = makeHome(path.join(temp.dir, 'h'));

test('an unknown command names those there are, with exit 2 and two lines', async () => {
  const ran = await home.yoban(['drill', '--db', 'game']);
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err.trimEnd().split('\n')).toEqual([
    'error USAGE: unknown command "drill"',
    expect.stringContaining('hint: There are: backup now, backup list, backup verify, restore, health'),
  ]);
});

test.each([
  [['health', '--bogus']],
  [['restore', 'a', 'b']],
  [['restore', '--at']],
  [['backup']],
  [[]],
  [['backup', 'now', '--tier', 'monthly']],
  [['backup', 'now', '--db', 'nowhere']],
  [['restore', '--latest', '--at', '2026-01-01 00:00']],
  [['backup', 'verify', 'x', '--all']],
  [['logs', '--lines', '0']],
  [['status', 'nobody']],
  [['--lang', 'de', 'health']],
])('wrong use is exit 2 with a hint: %j', async (args) => {
  const before = home.listing();
  const ran = await home.yoban(args);
  expect(ran.code).toBe(2);
  expect(ran.err).toMatch(/error (USAGE|DB_UNKNOWN|SERVICE_UNKNOWN): .+\nhint: .+\n$/);
  expect(home.listing()).toEqual(before);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a command with nothing to clean up ends at once on %s', async (signal, code) => {
  // Takes the request and never answers it.
  const server = createServer();
  const asked = once(server, 'request');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const main = path.resolve(import.meta.dirname, '../src/main.ts');
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...home.env, HEALTH_URL: `http://127.0.0.1:${port}/api/health` };
  const running = spawn(process.execPath, ['--conditions=yoban-src', main, 'health'], { env, stdio: 'ignore' });
  try {
    const exited = once(running, 'exit');
    await asked;
    running.kill(signal);
    expect(await exited).toEqual([code, null]);
  } finally {
    running.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  }
});

test('--json tells a problem as JSON on stdout', async () => {
  const ran = await home.yoban(['backup', 'now', '--tier', 'monthly', '--json']);
  expect(ran).toMatchObject({ code: 2, err: '' });
  expect(ran.json()).toMatchObject({
    error: {
      code: 'USAGE',
      message: '"monthly" is not a tier',
      hint: 'Write hourly, daily or weekly.',
      retryable: false,
    },
  });
  expect((await home.yoban(['drill', '--json'])).json().error?.code).toBe('USAGE');
});

test('every command has --help in both languages, and the two differ', async () => {
  for (const { name } of commandTable) {
    const en = await home.yoban([...name.split(' '), '--help', '--lang', 'en']);
    const ja = await home.yoban([...name.split(' '), '--help', '--lang=ja']);
    expect(en).toMatchObject({ code: 0, err: '' });
    expect(ja).toMatchObject({ code: 0, err: '' });
    expect(en.out).toContain('--json');
    expect(ja.out).toContain('使い方:');
    expect(ja.out).not.toBe(en.out);
  }
});

test('the language follows LANG', async () => {
  const ran = await home.yoban(['drill'], { env: { ...home.env, LANG: 'ja_JP.UTF-8' } });
  expect(ran.err).toContain('コマンド「drill」はありません\n対処: 使えるもの');
});

test('config check: every problem at once with its place, exit 2', async () => {
  const bad = makeHome(path.join(temp.dir, 'bad'));
  bad.configure(
    'version: 1\ntimezone: Mars/Base\nsurprise: 1\ndatabases:\n  - {name: game, path: x, tiers: {hourly: {cron: "61 * * * *"}}}\n',
  );
  const ran = await bad.yoban(['config', 'check']);
  expect(ran.code).toBe(2);
  for (const place of [/yoban.yml:2:\d+ timezone/, /yoban.yml:3:\d+ surprise/, /yoban.yml:5:\d+ databases.0.tiers/]) {
    expect(ran.err).toMatch(place);
  }
  expect((await bad.yoban(['config', 'check', '--json'])).json()).toMatchObject({
    error: {
      code: 'CONFIG_INVALID',
      fields: { problems: expect.arrayContaining([expect.stringContaining('Mars/Base')]) },
    },
  });
});

test('O2: config check in production names every missing variable with its service, exit 2', async () => {
  const ran = await home.yoban(['config', 'check'], { env: { ...home.env, YOBAN_MODE: 'production' } });
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toContain('error CONFIG_MISSING_ENV');
  expect(ran.err).toContain('health-api: ADMIN_API_KEY\n  alerter: SLACK_WEBHOOK_URL\n');
});

test('O2: a production that lacks nothing but REDIS_URL is fine, since npm start brings a Redis: said as a warning', async () => {
  const env = {
    ...home.env,
    YOBAN_MODE: 'production',
    ADMIN_API_KEY: 'k'.repeat(16),
    SLACK_WEBHOOK_URL: 'https://hooks.example/1',
  };
  const ran = await home.yoban(['config', 'check'], { env });
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toContain('REDIS_URL is not set: npm start brings a Redis of its own');
});

test('config check: variables, yoban.yml and what production lacks are told at once', async () => {
  const both = makeHome(path.join(temp.dir, 'both'));
  both.configure('version: 1\ntimezone: Mars/Base\n');
  const ran = await both.yoban(['config', 'check'], { env: { ...both.env, PORT: 'eighty', HOST: 'no host' } });
  expect(ran.code).toBe(2);
  expect(ran.err).toMatch(/has 3 problem\(s\):\n {2}PORT: .+\n {2}HOST: .+\n {2}.*yoban.yml:2:\d+ timezone: /);
  const env = { ...home.env, PORT: 'eighty', YOBAN_MODE: 'production', SLACK_WEBHOOK_URL: 'hooks.example/secret' };
  const production = await home.yoban(['config', 'check'], { env });
  expect(production.code).toBe(2);
  expect(production.err).toMatch(
    /has 3 problem\(s\):\n {2}PORT: .+\n {2}health-api: ADMIN_API_KEY\n {2}alerter: SLACK/,
  );
});

test('a bad variable is named, exit 2', async () => {
  const ran = await home.yoban(['backup', 'list'], { env: { ...home.env, PORT: 'eighty' } });
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('PORT');
});

test('config check: a fine configuration shows databases, due times, routes and what is off', async () => {
  const ran = await home.yoban(['config', 'check', '--json']);
  expect(ran.code).toBe(0);
  expect(ran.json()).toMatchObject({
    ok: true,
    databases: [{ name: 'game', path: home.dbPath, next: [{ tier: 'hourly' }, { tier: 'daily' }, { tier: 'weekly' }] }],
    routes: { critical: ['slack', 'mail'] },
    warnings: expect.arrayContaining(['channel slack is off: SLACK_WEBHOOK_URL is not set']),
  });
});

test('config check warns of a level that has no channel, and not of INFO', async () => {
  const file = path.join(home.dir, 'half.yml');
  const channels = '  channels: {slack: {kind: slack, url: {env: SLACK_WEBHOOK_URL}}}\n';
  writeFileSync(file, `version: 1\ntimezone: UTC\ndatabases: []\nalerts:\n${channels}  routes: {critical: [slack]}\n`);
  const ran = await home.yoban(['config', 'check', '--json'], { env: { ...home.env, YOBAN_CONFIG: file } });
  expect(ran.json<{ warnings: string[] }>().warnings.filter((one) => one.includes('go nowhere'))).toEqual([
    'warning alerts go nowhere: give alerts.routes.warning a channel',
  ]);
});

test('config check says what becomes of a warning, and which channel has an address that cannot be one', async () => {
  const env = { ...home.env, SLACK_WEBHOOK_URL: 'hooks.example/secret' };
  const trial = await home.yoban(['config', 'check'], { env });
  expect(trial.code).toBe(0);
  expect(trial.out).toContain('  warning: slack, one digest every 15 min\n');
  expect(trial.out).toContain('channel slack is off: SLACK_WEBHOOK_URL: it does not begin with https://');
  const production = { ...env, YOBAN_MODE: 'production', REDIS_URL: 'redis://h', ADMIN_API_KEY: 'k'.repeat(16) };
  const refused = await home.yoban(['config', 'check'], { env: production });
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('error CONFIG_INVALID');
  expect(refused.err).toContain('alerter: SLACK_WEBHOOK_URL (channel slack): it does not begin');
  expect(trial.out + refused.err).not.toContain('secret');
});

test('config check: a hook without its token is closed, and one that is too short is refused', async () => {
  const own = makeHome(path.join(temp.dir, 'hooks'));
  own.configure('version: 1\nalerts: {hooks: {cron: {token: {env: CRON_TOKEN}}}}\n');
  const closed = await own.yoban(['config', 'check']);
  expect(closed).toMatchObject({ code: 0, out: expect.stringContaining('hook cron is closed: CRON_TOKEN is not set') });
  const short = await own.yoban(['config', 'check'], { env: { ...own.env, CRON_TOKEN: 'short' } });
  expect(short.code).toBe(2);
  expect(short.err).toContain('CRON_TOKEN has fewer than 16 characters');
});

test('config check: secrets of a policy that are not set are named, and a token for pings that is too short is refused', async () => {
  const own = makeHome(path.join(temp.dir, 'policy'));
  const probes =
    '{nightly: {type: heartbeat, token: {env: NIGHTLY_TOKEN}, period: 24h}, db: {type: postgres, url: {env: DB_URL}}}';
  own.configure(`version: 1\nservices: {shop: {probes: ${probes}}}\n`);
  const unset = await own.yoban(['config', 'check']);
  expect(unset.code).toBe(0);
  expect(unset.out).toContain('shop.nightly of the policy uses NIGHTLY_TOKEN, which is not set');
  expect(unset.out).toContain('shop.db of the policy uses DB_URL, which is not set');
  const short = await own.yoban(['config', 'check'], { env: { ...own.env, NIGHTLY_TOKEN: 'short' } });
  expect(short.code).toBe(2);
  expect(short.err).toContain('NIGHTLY_TOKEN is no token for an address');
});

test('a YOBAN_HOME that is no folder is a wrong setting', async () => {
  const ran = await home.yoban(['config', 'check'], { env: { ...home.env, YOBAN_HOME: '/etc/hostname' } });
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('YOBAN_HOME: /etc/hostname is not a folder');
});

test('a running kit is found through run/kit.json, and what the caller sets wins over it', async () => {
  const found = makeHome(path.join(temp.dir, 'kit'));
  mkdirSync(path.join(found.dir, 'run'));
  const env = { DB_PATH: '/kit/a.sqlite', BACKUP_DIR: '/kit/backups' };
  const file = { pid: 1, url: 'http://127.0.0.1:1', pm2Home: '/kit/pm2', env, more: true };
  writeFileSync(path.join(found.dir, 'run', 'kit.json'), JSON.stringify(file));
  const [db] = [(await found.yoban(['config', 'check', '--json'])).json().databases].flat();
  expect(db).toMatchObject({ path: '/kit/a.sqlite', backupDir: '/kit/backups' });
  const own = await found.yoban(['config', 'check', '--json'], { env: { ...found.env, DB_PATH: '/mine.sqlite' } });
  expect([own.json().databases].flat()[0]).toMatchObject({ path: '/mine.sqlite', backupDir: '/kit/backups' });
});

const report = (status: string) => ({
  ...{ status, timestamp: '2026-03-11T06:30:00.000Z', uptime_seconds: 3_700, added_later: true },
  checks: {
    process: { status: 'ok', stale: false, configured: true },
    platforms: { youtube: { status: 'disconnected', stale: true, configured: true }, viewers: 3 },
    ws: { connected_clients: 1 },
  },
  reasons: status === 'healthy' ? [] : [{ code: 'platform_disconnected', check: 'platforms.youtube', value: null }],
});

test.each([
  ['healthy', 0],
  ['degraded', 1],
  ['unhealthy', 1],
])('health: a report that says %s is printed, exit %i', async (status, code) => {
  const server = createServer((_, answer) => answer.end(JSON.stringify(report(status))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const env = { ...home.env, HEALTH_URL: `http://127.0.0.1:${port}/api/health` };
  try {
    const text = await home.yoban(['health'], { env });
    expect(text).toMatchObject({ code, err: '' });
    expect(text.out).toContain(`${status.toUpperCase()} at 2026-03-11 15:30:00 JST\nuptime 1 h 1 min`);
    expect(text.out).toMatch(/platforms.youtube +disconnected +stale/);
    expect(text.out.includes('platform_disconnected')).toBe(status !== 'healthy');
    expect(/platforms.youtube .*stale; disconnected\n/.test(text.out)).toBe(status !== 'healthy');
    expect(text.out).not.toContain('recovering');
    expect((await home.yoban(['health', '--json'], { env })).json()).toEqual(report(status));
  } finally {
    server.close();
  }
});

test('health: reasons that stand only until the status has risen are marked as recovering', async () => {
  const fine = { status: 'ok', stale: false, configured: true };
  const reasons = [{ code: 'database_missing', check: 'database.game', value: null }];
  const body = { ...report('degraded'), checks: { process: fine, database: fine }, reasons };
  const server = createServer((_, answer) => answer.end(JSON.stringify(body)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const env = { ...home.env, HEALTH_URL: `http://127.0.0.1:${port}/api/health` };
  try {
    const { out } = await home.yoban(['health'], { env });
    expect(out).toMatch(/database +ok +the file is not there \(recovering\)\n/);
    expect(out).toContain('database.game: database_missing (recovering)');
    expect((await home.yoban(['health', '--lang', 'ja'], { env })).out).toContain('ファイルがありません （回復中）');
  } finally {
    server.close();
  }
});

test('health: no answer is one clear line and exit 1', async () => {
  const ran = await home.yoban(['health'], { env: { ...home.env, HEALTH_URL: 'http://127.0.0.1:9/api/health' } });
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(
    /^error KIT_NOT_RUNNING: 127\.0\.0\.1:9 does not answer: .+\nhint: Start the kit with: npm start\n$/,
  );
});
