import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createPrivatePm2, type PrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import type { Log } from '@yoban/shared/logger';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { type Pace, readWatchdogConfig, usualPace } from '../src/config.ts';
import { createService, type WatchdogService } from '../src/service.ts';
import { type BusEar, createBusEar } from './bus-ear.ts';
import { createGuardedApp, type GuardedApp } from './guarded-app.ts';

export interface WatchedKit {
  dir: string;
  home: string;
  env: Record<string, string>;
  pm2: PrivatePm2;
  redis: PrivateRedis;
  app: GuardedApp;
  ear: BusEar;
  log: Log;
  lines: Record<string, unknown>[];
  dbPath: string;
  /** A watchdog in this process, at the running kit's pace but for what `pace` says. */
  watchdog(pace?: Partial<Pace>): WatchdogService;
  close(): Promise<void>;
}

/** A real pm2 with one app, a real Redis, and a configuration with a grace short enough for a test. */
export async function createWatchedKit(options: { graceMs: number; timeoutMs: number }): Promise<WatchedKit> {
  const temp = makeTempDir();
  const { dir } = temp;
  const [redis, pm2] = [await startPrivateRedis(), createPrivatePm2()];
  const app = await createGuardedApp(pm2, dir, 'demo');
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
    supervisor: {kind: pm2, name: demo, home: ${pm2.home}}
    grace: ${options.graceMs}ms
    health: {url: "${app.url}", every: 500ms, timeout: ${options.timeoutMs}ms}
`,
  );
  const home = path.join(dir, 'home');
  const env = { YOBAN_HOME: home, YOBAN_CONFIG: configFile, REDIS_URL: redis.url };
  const { log, lines } = createTestLog();
  const ear = createBusEar(redis.url);
  return {
    ...{ dir, home, env, pm2, redis, app, ear, log, lines, dbPath },
    watchdog: (pace = {}) =>
      // The check from outside has tests of its own; no health-api runs here.
      createService(
        { ...readWatchdogConfig(env, dir), pace: { ...usualPace, externalFirstMs: 3_600_000, ...pace } },
        log,
      ),
    close: async () => {
      await pm2.stop();
      await ear.close();
      await redis.stop();
      temp.remove();
    },
  };
}
