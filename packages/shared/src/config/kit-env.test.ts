import { expect, test } from 'vitest';
import { readKitEnv } from './kit-env.ts';

const kitOf = (env: Record<string, string>) => readKitEnv(env, '/srv').kit;
const problemsOf = (env: Record<string, string>) => readKitEnv(env, '/srv').problems;

test('O2: without any variable the written defaults hold', () => {
  expect(kitOf({})).toMatchObject({
    home: '/srv/.yoban',
    dbPath: '/srv/data/game.sqlite',
    backupDir: '/srv/backups',
    healthUrl: 'http://localhost:3000/api/health',
    port: 3000,
    appPort: 3100,
    mode: 'trial',
  });
});

test('O2: a set YOBAN_HOME carries database, backups and health address with it', () => {
  expect(kitOf({ YOBAN_HOME: '/h', PORT: '4000' })).toMatchObject({
    dbPath: '/h/data/game.sqlite',
    backupDir: '/h/backups',
    healthUrl: 'http://127.0.0.1:4000/api/health',
  });
});

test('an unset HEALTH_URL always follows PORT', () => {
  expect(kitOf({ PORT: '4000' }).healthUrl).toBe('http://localhost:4000/api/health');
});

test('O2: every bad variable is named at once, in plain words', () => {
  const env = {
    PORT: 'x',
    APP_PORT: '0',
    YOBAN_MODE: 'prod',
    TZ_DISPLAY: 'Nowhere',
    HEALTH_URL: 'here',
    HOST: 'not a host',
    REDIS_URL: 'http://:secret@h',
    ADMIN_API_KEY: 'short',
    SLACK_WEBHOOK_URL_FILE: '/not/there',
    YOBAN_HOME: '/etc/hostname',
  };
  expect(problemsOf(env)).toEqual([
    'YOBAN_MODE: must be trial or production',
    'HEALTH_URL: is not an address such as http://127.0.0.1:3000/',
    'PORT: is not a number',
    'APP_PORT: must be at least 1',
    'TZ_DISPLAY: "Nowhere" is not an IANA time zone such as Asia/Tokyo',
    'HOST: "not a host" is not a host name or an address such as 127.0.0.1',
    'REDIS_URL: is not redis://host:6379, rediss://host:6379 or unix:///path/to/redis.sock',
    'YOBAN_HOME: /etc/hostname is not a folder',
    'SLACK_WEBHOOK_URL_FILE: /not/there cannot be read (ENOENT)',
    'ADMIN_API_KEY: has fewer than 16 characters',
  ]);
});

test.each(['127.0.0.1', '::1', '::', '0.0.0.0', 'localhost', 'yoban', 'a-1.example.org'])('HOST may be %s', (HOST) => {
  expect(problemsOf({ HOST })).toEqual([]);
});

test.each(['1.2.3', '300.1.1.1', 'http://h', 'a_b', '-a'])('HOST may not be %s', (HOST) => {
  expect(problemsOf({ HOST })).toHaveLength(1);
});

test('O2: a bad variable counts as unset, so that what follows can be checked beside it', () => {
  expect(kitOf({ PORT: 'x', APP_PORT: '4100', YOBAN_HOME: '/h' })).toMatchObject({
    port: 3000,
    appPort: 4100,
    home: '/h',
  });
});

test('an empty variable counts as unset', () => {
  expect(kitOf({ PORT: '', DB_PATH: '' })).toMatchObject({ port: 3000, dbPath: '/srv/data/game.sqlite' });
});
