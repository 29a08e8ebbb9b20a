import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig, parseStandinConfig } from './config.ts';

test('A.4: ports follow PORT: the game at +100, the stand-ins at +101, +102, +103', () => {
  expect(parseConfig({ PORT: '4000' })).toMatchObject({
    appPort: 4_100,
    reportUrl: 'http://127.0.0.1:4000',
    modelUrl: 'http://127.0.0.1:4101',
    youtubeUrl: 'http://127.0.0.1:4102',
    tiktokUrl: 'ws://127.0.0.1:4103',
    obsUrl: 'ws://127.0.0.1:4104',
    cycleMs: 600_000,
  });
  expect(parseStandinConfig({ PORT: '4000' })).toMatchObject({
    modelPort: 4_101,
    youtubePort: 4_102,
    tiktokPort: 4_103,
    obsPort: 4_104,
  });
  expect(parseConfig({ APP_PORT: '5000' })).toMatchObject({
    appPort: 5_000,
    modelUrl: 'http://127.0.0.1:5001',
    reportUrl: 'http://127.0.0.1:3000',
  });
});

test('A.4: a secret comes from its variable, else from the file that <name>_FILE names', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'ailife-config-')), 'token');
  writeFileSync(file, 'from-file\n');
  expect(parseConfig({ YOBAN_APP_TOKEN_FILE: file }).appToken).toBe('from-file');
  expect(parseConfig({ YOBAN_APP_TOKEN: 'plain', YOBAN_APP_TOKEN_FILE: file }).appToken).toBe('plain');
  expect(parseConfig({}).faultToken).toBe('');
});

test('A.4: all problems are told at once, by name', () => {
  const wrong = { PORT: '-1', AILIFE_CYCLE_MS: '1.5', AILIFE_TIKTOK_URL: 'http://x' };
  expect(() => parseConfig(wrong)).toThrow(/PORT.*\nAILIFE_CYCLE_MS.*\nAILIFE_TIKTOK_URL/);
});
