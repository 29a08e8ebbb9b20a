import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import type { AlertState, OpenAlert, ResolvedAlert } from './alert-state.ts';
import { type AlertNotice, noticeState, type OutboxRow, outboxRow } from './notice.ts';
import type { ServiceState } from './service-state.ts';
import type { Draft } from './step-alert.ts';

export type RecordBase = Omit<AlertRecord, 'notices'>;

/** Everything one decision writes. It is written whole or not at all (docs/adr/0006). */
export interface Plan {
  /** The word for the log. */
  reason: string;
  alerts: { key: string; state: AlertState }[];
  services: { service: string; state: ServiceState }[];
  rows: OutboxRow[];
  records: { base: RecordBase; notices: AlertRecord['notices'] }[];
  /** Moments at which something falls due: the earliest one asked for wins. */
  agenda: { member: string; at: number }[];
  /** Set by a tick: it is done, and comes again at `nextAt` while alerts of the service still wait for one. */
  ticked: { member: string; service: string; settled: string[]; nextAt: number | null } | null;
  /** Alert types of a service that its next tick must look at. */
  watch: { service: string; alertType: string } | null;
}

export const emptyPlan = (reason: string): Plan => ({
  reason,
  alerts: [],
  services: [],
  rows: [],
  records: [],
  agenda: [],
  ticked: null,
  watch: null,
});

export const alertKey = (service: string, alertType: string): string => `${service}/${alertType}`;
export const summaryMember = (service: string): string => `summary:${service}`;
export const foldMember = (service: string): string => `fold:${service}`;

/** The public record of an incident, without its notices. */
export function recordOf(service: string, alertType: string, state: OpenAlert | ResolvedAlert): RecordBase {
  return {
    id: `${alertKey(service, alertType)}#${state.memory.epoch}`,
    service,
    alertType,
    level: state.level,
    state: state.st,
    raisedAt: isoTime(state.raisedAt),
    resolvedAt: state.st === 'resolved' ? isoTime(state.resolvedAt) : null,
    params: state.params,
    lastError: state.lastError,
    suppressed: state.suppressed,
    ...plainRecord,
  };
}

/** What a record shows of an alert that nobody has acknowledged, silenced or labelled. */
export const plainRecord = {
  ackedBy: null,
  ackedAt: null,
  silencedBy: null,
  hiddenBy: null,
  labels: {},
  text: null,
} as const;

/**
 * Outbox rows for the drafts of a step, and the state that remembers them: each row waits for the one before it on its channel.
 * `at` is the time a message shows.
 */
export function rowsOf<S extends AlertState>(
  alert: { service: string; alertType: string; state: S },
  drafts: readonly Draft[],
  at: number,
  now: number,
): { state: S; rows: OutboxRow[] } {
  const { service, alertType } = alert;
  const { memory } = alert.state;
  const tails = { ...memory.tails };
  let { seq } = memory;
  const rows: OutboxRow[] = [];
  for (const draft of drafts) {
    seq += 1;
    const recordId = recordOf(service, alertType, draft.of).id;
    const notice = noticeOf(service, alertType, draft, at);
    for (const channel of draft.channels) {
      const nid = `${recordId}:${channel}:${seq}`;
      rows.push(outboxRow({ nid, channel, after: tails[channel] ?? null, notice, recordIds: [recordId] }, now));
      tails[channel] = nid;
    }
  }
  return { state: { ...alert.state, memory: { ...memory, tails, seq } }, rows };
}

function noticeOf(service: string, alertType: string, draft: Draft, at: number): AlertNotice {
  const { of } = draft;
  const shownAt = of.st === 'resolved' && draft.kind === 'recovery' ? of.resolvedAt : at;
  return {
    kind: draft.kind,
    service,
    at: shownAt,
    alertType,
    level: of.level,
    params: of.params,
    lastError: of.lastError,
    since: of.raisedAt,
    suppressed: of.suppressed,
  };
}

/** What a record shows of rows just written. */
export const pendingNotices = (rows: readonly OutboxRow[], now: number): AlertRecord['notices'] =>
  rows.map((row) => noticeState(row, 'pending', 0, now));
