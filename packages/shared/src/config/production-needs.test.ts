import { expect, test } from 'vitest';
import { yobanPaths } from '../paths.ts';
import { defaultConfigText } from './default-config.ts';
import type { KitConfig } from './kit-config.ts';
import { readKitEnv } from './kit-env.ts';
import { parseConfig } from './load-config.ts';
import { missingInProduction, refuseMissing } from './production-needs.ts';

function kitOf(env: Record<string, string>): KitConfig {
  const kit = readKitEnv(env, '/srv');
  const derived = { DB_PATH: kit.dbPath, BACKUP_DIR: kit.backupDir, YOBAN_HOME: kit.home };
  const config = parseConfig(defaultConfigText(kit), derived, 'env');
  const paths = yobanPaths(kit.home);
  return { env: kit, config, configFile: null, paths, primary: 'ailife', displayZone: 'Asia/Tokyo' };
}

const missing = (env: Record<string, string>) => missingInProduction(kitOf(env), env);

test('O2: production without variables names every service with all it lacks', () => {
  expect(missing({ YOBAN_MODE: 'production' })).toEqual([
    { service: 'health-api', missing: ['ADMIN_API_KEY', 'REDIS_URL'] },
    { service: 'alerter', missing: ['SLACK_WEBHOOK_URL', 'REDIS_URL'] },
    { service: 'backup-worker', missing: ['REDIS_URL'] },
    { service: 'watchdog', missing: ['REDIS_URL'] },
  ]);
  expect(() => refuseMissing(missing({ YOBAN_MODE: 'production' }))).toThrow(
    'health-api: ADMIN_API_KEY, REDIS_URL\n  alerter: SLACK_WEBHOOK_URL, REDIS_URL',
  );
});

test('O2: trial mode needs nothing; production with everything lacks nothing', () => {
  expect(missing({})).toEqual([]);
  const all = { ADMIN_API_KEY: 'a-key-of-the-operator', REDIS_URL: 'redis://h', SLACK_WEBHOOK_URL: 'https://hooks/1' };
  expect(missing({ YOBAN_MODE: 'production', ...all })).toEqual([]);
  expect(missing({ YOBAN_MODE: 'production', ...all, SMTP_URL: 'smtp://mail' })).toEqual([
    { service: 'alerter', missing: ['EMAIL_FROM', 'EMAIL_TO'] },
  ]);
});
