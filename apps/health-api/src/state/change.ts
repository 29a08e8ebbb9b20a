import type { HealthApiConfig } from '../config.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import type { MonitoringLog } from './monitoring-log.ts';
import type { ReadModel } from './read-model.ts';

/** What a fact changed, for those who show it live. */
export type Change =
  | { kind: 'checks' }
  | { kind: 'alert'; ids: string[] }
  | { kind: 'incident'; id: string }
  | { kind: 'backups'; db: string }
  | { kind: 'silence'; id: string }
  | { kind: 'alert-test'; id: string }
  | { kind: 'alert-audit'; id: string }
  | { kind: 'nothing' };

/** What taking a fact needs. */
export interface FactContext {
  model: ReadModel;
  store: StoreGuard;
  monitoring: MonitoringLog;
  config: HealthApiConfig;
}
