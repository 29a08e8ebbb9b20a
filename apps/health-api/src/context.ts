import type { Producer } from '@yoban/shared/bus/producer';
import type { Log } from '@yoban/shared/logger';
import type { HealthApiConfig } from './config.ts';
import type { EventIntake } from './state/event-intake.ts';
import type { FactWatch } from './state/fact-watch.ts';
import type { LiveHub } from './state/live-hub.ts';
import type { MonitoringLog } from './state/monitoring-log.ts';
import type { OutsideAlerts } from './state/outside-alerts.ts';
import type { PingBook } from './state/ping-book.ts';
import type { ReadModel } from './state/read-model.ts';
import type { Snapshot } from './state/snapshot.ts';
import type { StoreGuard } from './store/store-guard.ts';

/** What the routes answer from, passed by hand from main.ts. */
export interface HealthApiContext {
  config: HealthApiConfig;
  log: Log;
  model: ReadModel;
  store: StoreGuard;
  snapshot: Snapshot;
  live: LiveHub;
  monitoring: MonitoringLog;
  facts: FactWatch;
  /** The way in for alerts from outside. */
  intake: EventIntake;
  outside: OutsideAlerts;
  /** What jobs say of themselves. */
  pings: PingBook;
  /** Null when no Redis is configured. */
  producer: Producer | null;
  now: () => number;
  /** Epoch ms at which this process began. */
  startedAt: number;
  readiness: () => Readiness;
}

export interface Readiness {
  bus: boolean;
  store: boolean;
  facts: boolean;
  /** SIGTERM has come: nobody should send new work here. */
  stopping: boolean;
}
