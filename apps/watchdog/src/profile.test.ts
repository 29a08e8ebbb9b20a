import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { readWatchdogConfig } from './config.ts';
import { readProfileFlags, withProfile } from './profile.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const file = path.join(temp.dir, 'yoban.yml');
writeFileSync(
  file,
  `version: 1
services:
  shop:
    probes: {page: {type: http, url: "http://127.0.0.1:1/", every: 60s, recheck: {times: 1, every: 10s}}}
    actions: {pause: {kind: wait, for: 1s}}
    faults: {down: {anyOf: [page], ladder: [{on: fault, do: [pause]}]}}
`,
);
const shop = (env: Record<string, string>) => {
  const all = { YOBAN_HOME: temp.dir, YOBAN_CONFIG: file, ...env };
  return withProfile(readWatchdogConfig(all, temp.dir), readProfileFlags(all)).services[0]?.config;
};

test('W8: the watchdog that stays looks five times as often with fast, and only says what it would do with no recovery', () => {
  expect(shop({})).toMatchObject({ mode: 'enforce', probes: { page: { every: 60_000 } } });
  expect(shop({ YOBAN_WATCHDOG_FAST: 'true' })).toMatchObject({
    ...{ mode: 'enforce', probes: { page: { every: 12_000, recheck: { every: 2_000 } } } },
  });
  expect(shop({ YOBAN_WATCHDOG_NO_RECOVERY: 'true', YOBAN_WATCHDOG_FAST: '' })).toMatchObject({
    ...{ mode: 'observe', probes: { page: { every: 60_000 } } },
  });
});

test('half a word is refused, not taken for off', () => {
  expect(() => shop({ YOBAN_WATCHDOG_NO_RECOVERY: 'yes' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
});
