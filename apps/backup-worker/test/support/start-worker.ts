import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { consume } from '@yoban/shared/bus/consumer';
import { type AlertEvent, eventsOf } from '@yoban/shared/contracts/alert';
import type { Fact } from '@yoban/shared/contracts/fact';
import { createStopStack } from '@yoban/shared/lifecycle';
import { createTestLog } from '@yoban/shared/testing/test-log';
import type { DeskDeps } from '../../src/backup-desk.ts';
import { type BackupWorkerConfig, readBackupWorkerConfig } from '../../src/config.ts';
import { createService } from '../../src/service.ts';

/** Wall time in Tokyo as epoch ms. */
export const tokyo = (text: string): number => Date.parse(`${text}+09:00`);

export interface Box {
  home: string;
  config: BackupWorkerConfig;
  /** The clock that the worker sees. */
  clock: { now: number };
  files(tier: string): string[];
  backupLog(): Record<string, unknown>[];
  startWorker(onStep?: DeskDeps['onStep']): Promise<{ stop: () => Promise<void>; lines: Record<string, unknown>[] }>;
}

/** An installation of its own in `home`, with the databases given as YAML flow lines. */
export function makeBox(home: string, redisUrl: string, databases: string[], at: string): Box {
  mkdirSync(home, { recursive: true });
  const file = path.join(home, 'yoban.yml');
  writeFileSync(
    file,
    `version: 1
timezone: Asia/Tokyo
databases:\n${databases.map((line) => `  - ${line}\n`).join('')}targets: [{name: local, kind: folder, path: "\${BACKUP_DIR}"}]
services: {ailife: {displayName: AI}}
`,
  );
  const config = readBackupWorkerConfig({ YOBAN_HOME: home, YOBAN_CONFIG: file, REDIS_URL: redisUrl }, home);
  const clock = { now: tokyo(at) };
  const backups = path.join(home, 'backups');
  return {
    ...{ home, config, clock },
    files: (tier) => namesIn(path.join(backups, tier)).filter((name) => name.includes('.sqlite')),
    backupLog: () =>
      readFileSync(path.join(home, 'logs', 'backup.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    startWorker: async (onStep = () => undefined) => {
      const { log, lines } = createTestLog();
      const service = createService(config, { log, now: () => clock.now, onStep, tickMs: 50 });
      await service.start();
      return { stop: () => service.stop(), lines };
    },
  };
}

const namesIn = (dir: string): string[] => {
  try {
    return readdirSync(dir).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

export interface Told {
  events: AlertEvent[];
  facts: Fact[];
  runs(): Extract<Fact, { type: 'backup-run' }>['run'][];
  overviews(): Extract<Fact, { type: 'backup-overview' }>['overview'][];
  stop(): Promise<void>;
}

/** Stands where alerter and health-api stand: keeps all that arrives on their queues. */
export function listen(config: BackupWorkerConfig): Told {
  const { log } = createTestLog();
  const stop = createStopStack(log);
  const events: AlertEvent[] = [];
  const facts: Fact[] = [];
  const common = { redis: config.redis, log, stop };
  consume({ queue: 'alertEvent', ...common, handle: async (job) => void events.push(...eventsOf(job)) });
  consume({ queue: 'fact', ...common, handle: async (fact) => void facts.push(fact) });
  return {
    ...{ events, facts },
    runs: () => facts.flatMap((fact) => (fact.type === 'backup-run' ? [fact.run] : [])),
    overviews: () => facts.flatMap((fact) => (fact.type === 'backup-overview' ? [fact.overview] : [])),
    stop: () => stop.run(),
  };
}
