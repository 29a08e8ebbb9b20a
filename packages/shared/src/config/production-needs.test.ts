import { expect, test } from 'vitest';
import { yobanPaths } from '../paths.ts';
import { defaultConfigText } from './default-config.ts';
import type { KitConfig } from './kit-config.ts';
import { readKitEnv } from './kit-env.ts';
import { parseConfig } from './load-config.ts';
import { missingInProduction, refuseProduction } from './production-needs.ts';

function kitOf(env: Record<string, string>): KitConfig {
  const { kit } = readKitEnv(env, '/srv');
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
  const env = { YOBAN_MODE: 'production' };
  expect(() => refuseProduction(kitOf(env), env)).toThrow(/health-api: ADMIN_API_KEY\n {2}alerter: SLACK_WEBHOOK_URL$/);
});

test('O2: REDIS_URL alone refuses nothing before the start, which brings a Redis; a service by itself still needs it', () => {
  const env = {
    YOBAN_MODE: 'production',
    ADMIN_API_KEY: 'a-key-of-the-operator',
    SLACK_WEBHOOK_URL: 'https://hooks/1',
  };
  expect(() => refuseProduction(kitOf(env), env)).not.toThrow();
  expect(missing(env).every((one) => one.missing.join() === 'REDIS_URL')).toBe(true);
});

test('O2: trial mode needs nothing; production with everything lacks nothing', () => {
  expect(missing({})).toEqual([]);
  const all = { ADMIN_API_KEY: 'a-key-of-the-operator', REDIS_URL: 'redis://h', SLACK_WEBHOOK_URL: 'https://hooks/1' };
  expect(missing({ YOBAN_MODE: 'production', ...all })).toEqual([]);
  expect(missing({ YOBAN_MODE: 'production', ...all, SMTP_URL: 'smtp://mail' })).toEqual([
    { service: 'alerter', missing: ['EMAIL_FROM', 'EMAIL_TO'] },
  ]);
});

test('O2: an address that cannot be one is refused beside what is missing, without its secret', () => {
  const env = { YOBAN_MODE: 'production', REDIS_URL: 'redis://h', SLACK_WEBHOOK_URL: 'hooks.example/secret' };
  const refused = () => refuseProduction(kitOf(env), env);
  expect(refused).toThrow(
    /health-api: ADMIN_API_KEY\n {2}alerter: SLACK_WEBHOOK_URL \(channel slack\): it does not begin/,
  );
  expect(refused).not.toThrow('secret');
});
