import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { BackupOverview } from '@yoban/shared/contracts/backup';
import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { LiveMessage } from '@yoban/shared/contracts/live';

/** What the live connection keeps up to date. */
export interface LiveView {
  health: HealthResponse | null;
  alerts: AlertRecord[];
  backups: BackupOverview[];
}

export const ALERTS_KEPT = 50;
const newestFirst = (a: AlertRecord, b: AlertRecord) => b.raisedAt.localeCompare(a.raisedAt);

/** The record takes the place of its older self; the list stays newest first and bounded. */
export function withAlert(alerts: readonly AlertRecord[], alert: AlertRecord): AlertRecord[] {
  return [alert, ...alerts.filter(({ id }) => id !== alert.id)].sort(newestFirst).slice(0, ALERTS_KEPT);
}

function withBackups(backups: readonly BackupOverview[], changed: BackupOverview): BackupOverview[] {
  if (!backups.some(({ db }) => db === changed.db)) return [...backups, changed];
  return backups.map((overview) => (overview.db === changed.db ? changed : overview));
}

/** The view after one message. A snapshot replaces everything: what it does not name is gone. */
export function applyLive(view: LiveView, message: LiveMessage): LiveView {
  switch (message.type) {
    case 'snapshot':
      return {
        health: message.health,
        alerts: [...message.alerts].sort(newestFirst).slice(0, ALERTS_KEPT),
        backups: message.backups,
      };
    case 'health':
      return { ...view, health: message.health };
    case 'alert':
      return { ...view, alerts: withAlert(view.alerts, message.alert) };
    case 'backups':
      return { ...view, backups: withBackups(view.backups, message.backups) };
    case 'incident':
    case 'silence':
    case 'alert-test':
    case 'alert-audit':
      return view;
    default:
      return message satisfies never;
  }
}
