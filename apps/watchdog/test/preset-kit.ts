import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { readWatchdogConfig, usualPace, type WatchdogConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { createBusEar } from './bus-ear.ts';

export interface PresetKit {
  dir: string;
  ear: ReturnType<typeof createBusEar>;
  /** Actions that were begun for a fault, in order. */
  runs(): string[];
  /** Reasons of the engine's decisions, of one fault or of all. */
  reasons(fault?: string): string[];
  config(): WatchdogConfig;
  forget(): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A watchdog in this process that guards by a preset as it is shipped. `own` gives the lines of yoban.yml that lead it to stand-ins
 * on this machine, `variables` are of its environment; `bin` in the folder is first in the PATH of whatever it runs.
 */
export async function createPresetKit(
  preset: string,
  own: (dir: string) => string | Promise<string>,
  variables: (dir: string) => Record<string, string> = () => ({}),
): Promise<PresetKit> {
  const temp = makeTempDir();
  const redis = await startPrivateRedis();
  const bin = path.join(temp.dir, 'bin');
  mkdirSync(bin);
  const YOBAN_CONFIG = path.join(temp.dir, 'yoban.yml');
  writeFileSync(YOBAN_CONFIG, `version: 1\ninclude: [${preset}]\n${await own(temp.dir)}`);
  const env = {
    ...{ YOBAN_HOME: path.join(temp.dir, 'home'), YOBAN_CONFIG, REDIS_URL: redis.url },
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    ...variables(temp.dir),
  };
  const { log, lines } = createTestLog();
  const ear = createBusEar(redis.url);
  const config = () => readWatchdogConfig(env, temp.dir);
  const steps = () => lines.filter(({ event }) => event === 'policy.step');
  const service = createService({ ...config(), pace: { ...usualPace, externalFirstMs: 3_600_000 } }, log);
  return {
    ...{ dir: temp.dir, ear, config },
    runs: () => steps().flatMap(({ reason, detail }) => (reason === 'acting' ? [String(detail)] : [])),
    reasons: (fault) =>
      steps().flatMap((step) => (fault === undefined || step.fault === fault ? [String(step.reason)] : [])),
    forget: () => {
      lines.length = 0;
      ear.forget();
    },
    start: () => service.start(),
    close: async () => {
      await service.stop();
      await ear.close();
      await redis.stop();
      temp.remove();
    },
  };
}

/** A program of the machine, played by a few lines of shell; it is found before the real one. */
export function writeProgram(dir: string, name: string, lines: string): void {
  const file = path.join(dir, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
}
