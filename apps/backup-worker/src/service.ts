import { consume } from '@yoban/shared/bus/consumer';
import { createProducer } from '@yoban/shared/bus/producer';
import { SECOND } from '@yoban/shared/contracts/time';
import { startHeartbeat } from '@yoban/shared/heartbeat';
import { createStopStack } from '@yoban/shared/lifecycle';
import { BackupDesk, type DeskDeps } from './backup-desk.ts';
import type { BackupWorkerConfig } from './config.ts';
import { answerCommand } from './jobs/answer-command.ts';
import { keepSchedulers } from './keep-schedulers.ts';
import { startTicker } from './ticker.ts';

export interface BackupWorkerDeps extends Omit<DeskDeps, 'producer' | 'stop'> {
  /** How long the schedule may go unlooked at; tests shorten it. */
  tickMs?: number;
}

export interface BackupWorkerService {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Manual commands wait in our own line; several may be taken off the queue so that a wake-up never waits behind a long one. */
const commandConcurrency = 4;
const schedulersEveryMs = 3_600 * SECOND;

/**
 * The backup worker: looks at its schedule every 30 s and at each due time without any bus, answers commands from the bus, and
 * tells both the catalog and the bus. Without Redis only the telling waits.
 */
export function createService(config: BackupWorkerConfig, deps: BackupWorkerDeps): BackupWorkerService {
  const { log, now } = deps;
  const stop = createStopStack(log);
  return {
    stop: () => stop.run(),
    start: async () => {
      const producer = createProducer(config.redis, log);
      stop.push('producer', () => producer.close());
      const desk = new BackupDesk(config, { ...deps, producer, stop });
      await desk.open();
      let schedulersAtMs = Number.NEGATIVE_INFINITY;
      const refreshSchedulers = async () => {
        if (now() - schedulersAtMs < schedulersEveryMs) return;
        try {
          await keepSchedulers(producer, desk.schedules);
          schedulersAtMs = now();
        } catch (error) {
          log.debug({ event: 'schedulers.later', err: error });
        }
      };
      const ticker = startTicker({
        everyMs: deps.tickMs ?? 30 * SECOND,
        untilNextMs: () => desk.untilNextMs(),
        log,
        look: async () => {
          await desk.runDue();
          await refreshSchedulers();
        },
      });
      stop.push('ticker', ticker.stop);
      consume({
        queue: 'backupRun',
        redis: config.redis,
        ...{ log, stop, concurrency: commandConcurrency },
        handle: (command, job) => answerCommand(command, job.timestamp, { desk, tick: ticker.tick }),
      });
      // Newest first on the stack: a copy under way lets go before anything waits for its job.
      stop.push('running backup', () => desk.abort());
      startHeartbeat(config.kit.paths.run, 'backup-worker', stop);
      void ticker.tick();
    },
  };
}
