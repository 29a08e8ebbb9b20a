import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Log } from '@yoban/shared/logger';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { type Pace, readWatchdogConfig, usualPace } from '../src/config.ts';
import { createService, type WatchdogService } from '../src/service.ts';
import { type BusEar, createBusEar } from './bus-ear.ts';

export interface KitAround {
  dir: string;
  home: string;
  env: Record<string, string>;
  redis: PrivateRedis;
  ear: BusEar;
  log: Log;
  lines: Record<string, unknown>[];
  dbPath: string;
  /** A watchdog in this process, at the running kit's pace but for what `pace` says. */
  watchdog(pace?: Partial<Pace>): WatchdogService;
  close(): Promise<void>;
}

/** A real Redis, and a configuration with one service `demo` and a grace short enough for a test. */
export async function createKitAround(
  dir: string,
  service: { supervisor: string; url: string; graceMs: number; timeoutMs: number; policy?: string },
): Promise<KitAround> {
  const redis = await startPrivateRedis();
  const configFile = path.join(dir, 'yoban.yml');
  const dbPath = path.join(dir, 'data', 'game.sqlite');
  mkdirSync(path.dirname(dbPath));
  writeFileSync(
    configFile,
    `version: 1
primary: demo
databases:
  - {name: game, path: ${dbPath}, service: demo}
services:
  demo:
    supervisor: ${service.supervisor}
    grace: ${service.graceMs}ms
    health: {url: "${service.url}", every: 500ms, timeout: ${service.timeoutMs}ms}
${(service.policy ?? '').trim().replace(/^/gm, '    ')}
`,
  );
  const home = path.join(dir, 'home');
  const env = { YOBAN_HOME: home, YOBAN_CONFIG: configFile, REDIS_URL: redis.url };
  const { log, lines } = createTestLog();
  const ear = createBusEar(redis.url);
  return {
    ...{ dir, home, env, redis, ear, log, lines, dbPath },
    watchdog: (pace = {}) =>
      // The check from outside has tests of its own; no health-api runs here.
      createService(
        { ...readWatchdogConfig(env, dir), pace: { ...usualPace, externalFirstMs: 3_600_000, ...pace } },
        log,
      ),
    close: async () => {
      await ear.close();
      await redis.stop();
    },
  };
}
