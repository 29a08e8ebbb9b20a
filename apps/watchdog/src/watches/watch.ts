import type { CheckResult } from '@yoban/shared/contracts/check';
import type { Log } from '@yoban/shared/logger';
import type { WatchdogConfig } from '../config.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { WatchStore } from '../store/watch-store.ts';

/** What every watch is given. */
export interface WatchDeps {
  config: WatchdogConfig;
  store: WatchStore;
  board: FaultBoard;
  log: Log;
  /** Facts were written. */
  wake: () => void;
  /** Something changed that people should see at once. */
  publish: (results: CheckResult[]) => void;
  /** Rejects when Redis does not answer. */
  pingBus: () => Promise<void>;
}

/** One thing that is watched. */
export interface Watch {
  start(): void;
  stop(): Promise<void>;
  /** What was seen last, for the regular sample; empty while nothing was. */
  sample(): CheckResult[];
}
