import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterEach, expect, test } from 'vitest';
import { readHealthApiConfig } from '../src/config.ts';

const temp = makeTempDir();
afterEach(() => temp.remove());

test('O2: production refuses to run without its variables, naming all of them at once', () => {
  const env = { YOBAN_HOME: temp.dir, YOBAN_MODE: 'production' };
  expect(() => readHealthApiConfig(env, temp.dir)).toThrow(/ADMIN_API_KEY, REDIS_URL/);
});

test('O2: trial mode makes an admin key of its own, readable by its owner alone, and keeps it', () => {
  const env = { YOBAN_HOME: temp.dir };
  const { adminKey, appTokens } = readHealthApiConfig(env, temp.dir);
  const file = path.join(temp.dir, 'keys', 'admin_api_key');
  expect(readFileSync(file, 'utf8').trim()).toBe(adminKey);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(adminKey.length).toBeGreaterThanOrEqual(32);
  expect(readHealthApiConfig(env, temp.dir).adminKey).toBe(adminKey);
  expect([...appTokens.values()]).toEqual(['ailife']);
});

test('O2: ADMIN_API_KEY wins, also as a file', () => {
  expect(
    readHealthApiConfig({ YOBAN_HOME: temp.dir, ADMIN_API_KEY: 'a-key-of-my-own-choice' }, temp.dir).adminKey,
  ).toBe('a-key-of-my-own-choice');
});
