import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installationAt } from './installation.mjs';
import { kitEnvironment } from './kit-environment.mjs';
import { kitVariables } from './kit-file.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'y-env-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const variables = (env) => kitEnvironment(env, root).variables;

test('with nothing set: the documented defaults, as whole paths', () => {
  expect(variables({})).toMatchObject({
    YOBAN_HOME: path.join(root, '.yoban'),
    YOBAN_CONFIG: path.join(root, 'examples/ailife/yoban.yml'),
    YOBAN_MODE: 'trial',
    HOST: '127.0.0.1',
    PORT: '3000',
    APP_PORT: '3100',
    DB_PATH: path.join(root, 'data/game.sqlite'),
    BACKUP_DIR: path.join(root, 'backups'),
    HEALTH_URL: 'http://localhost:3000/api/health',
    TZ_DISPLAY: 'Asia/Tokyo',
    OBS_URL: 'ws://127.0.0.1:3104',
  });
});

test('two kits side by side: with YOBAN_HOME set, the rest derives from it and from PORT', () => {
  expect(variables({ YOBAN_HOME: '/srv/b', PORT: '4000' })).toMatchObject({
    DB_PATH: '/srv/b/data/game.sqlite',
    BACKUP_DIR: '/srv/b/backups',
    HEALTH_URL: 'http://127.0.0.1:4000/api/health',
    APP_PORT: '4100',
  });
});

test('what is set wins; an empty variable counts as unset', () => {
  const found = variables({ YOBAN_HOME: '/srv/b', DB_PATH: 'mine.sqlite', HEALTH_URL: 'http://h/', PORT: '' });
  expect(found).toMatchObject({ DB_PATH: path.join(root, 'mine.sqlite'), HEALTH_URL: 'http://h/', PORT: '3000' });
});

test("a yoban.yml in the clone is taken before the example's, and then no zone is forced on it", () => {
  const file = path.join(root, 'yoban.yml');
  writeFileSync(file, 'version: 1\n');
  expect(variables({})).toMatchObject({ YOBAN_CONFIG: file });
  expect(variables({})).not.toHaveProperty('TZ_DISPLAY');
  rmSync(file);
});

test.each(['0', '65536', '30.5', 'abc'])('PORT=%s is refused by name', (port) => {
  expect(() => variables({ PORT: port })).toThrow(/PORT=.* is not a port/);
});

test('an unknown mode is refused', () => {
  expect(() => variables({ YOBAN_MODE: 'prod' })).toThrow(/trial or production/);
});

test('sockets stay below 90 bytes whatever the home is called', () => {
  const deep = installationAt(`/srv/${'long-folder-name/'.repeat(8)}home`);
  expect(deep.redisSocket.length).toBeLessThanOrEqual(90);
  expect(`${deep.pm2Home}/pub.sock`.length).toBeLessThanOrEqual(90);
  expect(installationAt('/srv/a')).toMatchObject({ redisSocket: '/srv/a/run/redis.sock', pm2Home: '/srv/a/pm2' });
});

test('run/kit.json carries what the command line needs and nothing of the shell', () => {
  expect(kitVariables({ PATH: '/bin', HOME: '/root', PORT: '1', YOBAN_HOME: '/h', SLACK_WEBHOOK_URL: 's' })).toEqual({
    PORT: '1',
    YOBAN_HOME: '/h',
    SLACK_WEBHOOK_URL: 's',
  });
});
