import { type AlertRef, incidentOfRecord } from './alert-key.ts';
import type { AlertState, ResolvedAlert } from './alert-state.ts';
import { alertIn, type Known, type Needs, nothingNeeded, serviceIn } from './known.ts';
import { isBeginning } from './merge-late.ts';
import { noticeState, type OutboxRow, outboxRow, type Via } from './notice.ts';
import { rowsOf } from './notice-rows.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { union } from './told.ts';

/** An urgent row that its channel does not deliver, and the channel that takes over. */
export interface Takeover {
  row: OutboxRow;
  channel: string;
  via: Via;
}

/** The id that the same notice has on another channel: ids end with the channel, those of alerts with a number behind it. */
export function twinOf({ nid, channel: own, notice }: OutboxRow, channel: string): string | null {
  const [rest = ''] = 'alertType' in notice ? (/:\d+$/.exec(nid) ?? []) : [];
  const named = nid.slice(0, nid.length - rest.length);
  return named.endsWith(`:${own}`) ? `${named.slice(0, -own.length)}${channel}${rest}` : null;
}

export function needsOfFallback({ row: { notice } }: Takeover): Needs {
  if ('alertType' in notice) return { ...nothingNeeded, alerts: [refOf(notice)] };
  return 'service' in notice ? { ...nothingNeeded, services: [notice.service] } : nothingNeeded;
}

/**
 * The same notice for the fallback channel, behind what that channel is being told of the alert. It knows of the incident from now
 * on, so the recovery goes to both. The row of the channel that is silent stays where it is.
 */
export function decideFallback(takeover: Takeover, known: Known): Plan {
  const { row } = takeover;
  const plan = emptyPlan('fallen_back');
  if ('alertType' in row.notice) return alertFallback(takeover, refOf(row.notice), known, plan);
  if (row.notice.kind === 'summary') return summaryFallback(takeover, row.notice.service, known, plan);
  return { ...plan, reason: 'no_fallback' };
}

function alertFallback(takeover: Takeover, ref: AlertRef, known: Known, plan: Plan): Plan {
  const { row, channel } = takeover;
  const before = alertIn(known, ref);
  const twin = rowFor(takeover, before.memory.tails[channel], known.now);
  if (twin === null) return { ...plan, reason: 'no_fallback' };
  const memory = { ...before.memory, tails: { ...before.memory.tails, [channel]: twin.nid } };
  const isSame = incidentOfRecord(row.recordIds[0] ?? '')?.epoch === before.memory.epoch;
  const state: AlertState =
    before.st === 'open' && isSame
      ? {
          ...before,
          memory: { ...memory, told: union(memory.told, [channel]) },
          announced: union(before.announced, [channel]),
        }
      : { ...before, memory };
  const over =
    isSame && state.st === 'resolved' && isBeginning(row)
      ? recoveryAt(channel, ref, state, known.now)
      : { state, rows: [] };
  plan.alerts.push({ ref, state: over.state });
  const rows = [twin, ...over.rows];
  plan.rows.push(...rows);
  const notices = rows.map((one) => noticeState(one, { state: 'pending', attempts: 0, at: known.now }));
  for (const recordId of twin.recordIds) plan.receipts.push({ recordId, notices });
  return plan;
}

/** The recovery was decided before this channel heard of the raise. It gets the one that it would take over as well, under the same id. */
function recoveryAt(channel: string, ref: AlertRef, state: ResolvedAlert, now: number) {
  const { memory } = state;
  const draft = { kind: 'recovery' as const, because: null, channels: [channel], of: state };
  const before = { ...state, memory: { ...memory, seq: memory.seq - 1 } };
  return rowsOf({ ref, state: before }, [draft], state.resolvedAt, now);
}

function summaryFallback(takeover: Takeover, service: string, known: Known, plan: Plan): Plan {
  const { channel } = takeover;
  const state = serviceIn(known, service);
  const twin = rowFor(takeover, state.tails[channel], known.now);
  if (twin === null) return { ...plan, reason: 'no_fallback' };
  plan.services.push({ service, state: { ...state, tails: { ...state.tails, [channel]: twin.nid } } });
  plan.rows.push(twin);
  const notices = [noticeState(twin, { state: 'pending', attempts: 0, at: known.now })];
  for (const recordId of twin.recordIds) plan.receipts.push({ recordId, notices });
  return plan;
}

function rowFor({ row, channel, via }: Takeover, tail: string | undefined, now: number): OutboxRow | null {
  const nid = twinOf(row, channel);
  if (nid === null || !('service' in row.notice)) return null;
  const made = outboxRow(
    { nid, channel, after: [tail], notice: { ...row.notice, via }, recordIds: row.recordIds },
    now,
  );
  return { ...made, waitsSince: row.waitsSince ?? row.createdAt };
}

const refOf = ({ service, alertType }: AlertRef): AlertRef => ({ service, alertType });
