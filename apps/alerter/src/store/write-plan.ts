import { DAY } from '@yoban/shared/contracts/time';
import { alertKey, type Plan } from '../core/plan.ts';

/** An event id is remembered this long: a repeat inside it is harmless (T0). */
const seenMs = DAY;
/** What is over is kept long enough for every notice of it to be settled, and for a late repeat. */
const keptMs = { doc: 7 * DAY, record: 2 * DAY } as const;

export const alertDoc = (service: string, alertType: string): string => `alert/${alertKey(service, alertType)}`;
export const serviceDoc = (service: string): string => `service/${service}`;

/** A document as it was read: its version is what the plan may replace. */
export interface Stamp {
  name: string;
  version: string;
}

/** The plan as applyScript reads it: kept values are text already, absent parts are left out (cjson's null is truthy). */
export function planOnTheWire(plan: Plan, stamps: readonly Stamp[], seen: string): string {
  const next = new Map<string, { json: string; ttlMs: string }>();
  for (const { key, state } of plan.alerts) {
    const ttlMs = state.st === 'open' ? '' : String(keptMs.doc);
    next.set(`alert/${key}`, { json: JSON.stringify(state), ttlMs });
  }
  for (const { service, state } of plan.services) {
    next.set(serviceDoc(service), { json: JSON.stringify(state), ttlMs: String(keptMs.doc) });
  }
  return JSON.stringify({
    seen,
    seenMs: String(seenMs),
    docs: stamps.map(({ name, version }) => ({
      name,
      expect: version,
      version: String(Number(version) + 1),
      ...(next.get(name) ?? { json: '', ttlMs: '' }),
    })),
    rows: plan.rows.map((row) => ({
      nid: row.nid,
      channel: row.channel,
      due: `${row.channel}:${row.priority}`,
      after: row.after ?? '',
      json: JSON.stringify(row),
    })),
    records: plan.records.map(({ base, notices }) => ({
      id: base.id,
      base: JSON.stringify(base),
      ttlMs: base.state === 'open' ? '' : String(keptMs.record),
      notices: notices.map((notice) => ({ nid: notice.id, json: JSON.stringify(notice) })),
    })),
    agenda: plan.agenda.map(({ member, at }) => ({ member, at: String(at) })),
    ...(plan.watch && { watch: plan.watch }),
    ...(plan.ticked && {
      ticked: { ...plan.ticked, nextAt: plan.ticked.nextAt === null ? '' : String(plan.ticked.nextAt) },
    }),
  });
}
