import { expect, test } from 'vitest';
import { readKitEnv } from './kit-env.ts';

test('O2: without any variable the source document defaults hold', () => {
  expect(readKitEnv({}, '/srv')).toMatchObject({
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
  expect(readKitEnv({ YOBAN_HOME: '/h', PORT: '4000' }, '/srv')).toMatchObject({
    dbPath: '/h/data/game.sqlite',
    backupDir: '/h/backups',
    healthUrl: 'http://127.0.0.1:4000/api/health',
  });
});

test('an unset HEALTH_URL always follows PORT', () => {
  expect(readKitEnv({ PORT: '4000' }, '/srv').healthUrl).toBe('http://localhost:4000/api/health');
});

test('O2: every bad variable is named at once', () => {
  expect(() => readKitEnv({ PORT: 'x', YOBAN_MODE: 'prod', TZ_DISPLAY: 'Nowhere' }, '/srv')).toThrow(
    /PORT[\s\S]*YOBAN_MODE[\s\S]*|3 problem/,
  );
});

test('an empty variable counts as unset', () => {
  expect(readKitEnv({ PORT: '', DB_PATH: '' }, '/srv')).toMatchObject({ port: 3000, dbPath: '/srv/data/game.sqlite' });
});
