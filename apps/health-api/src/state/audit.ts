import { type AuditEntry, appendAudit } from '@yoban/shared/facts/audit-log';
import type { HealthApiContext } from '../context.ts';

/** One row of the audit (docs/adr/0007), at this moment. */
export function audit({ store, now }: HealthApiContext, entry: Omit<AuditEntry, 'at'>): void {
  store.write(({ db }) => appendAudit(db, { at: now(), ...entry }));
}
