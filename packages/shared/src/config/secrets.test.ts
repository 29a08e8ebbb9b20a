import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../testing/temp-dir.ts';
import { readSecret, requireInProduction } from './secrets.ts';

test('a secret comes from its variable, from <NAME>_FILE, or from a file, without the trailing newline', () => {
  const { dir, remove } = makeTempDir();
  const file = path.join(dir, 'key');
  writeFileSync(file, 'k1\n');
  expect(readSecret({ env: 'A' }, { A: 'direct' })).toBe('direct');
  expect(readSecret({ env: 'A' }, { A_FILE: file })).toBe('k1');
  expect(readSecret({ file }, {})).toBe('k1');
  expect(readSecret({ env: 'A' }, {})).toBeNull();
  remove();
});

test('O2: production names every missing variable at once, trial runs without', () => {
  const needs = { ADMIN_API_KEY: null, SLACK_WEBHOOK_URL: null, EMAIL_TO: 'a@b' };
  expect(() => requireInProduction('alerter', 'production', needs)).toThrow('ADMIN_API_KEY, SLACK_WEBHOOK_URL');
  expect(() => requireInProduction('alerter', 'trial', needs)).not.toThrow();
});
