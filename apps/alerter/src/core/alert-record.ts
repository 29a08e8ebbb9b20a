import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { type AlertRef, recordId } from './alert-key.ts';
import type { OpenAlert, ResolvedAlert } from './alert-state.ts';
import { noticeState, type OutboxRow } from './notice.ts';

export type RecordBase = Omit<AlertRecord, 'notices'>;

/** The public record of an incident, without its notices. */
export function recordOf(ref: AlertRef, state: OpenAlert | ResolvedAlert): RecordBase {
  return {
    id: recordId(ref, state.memory.epoch),
    ...ref,
    level: state.level,
    raisedAt: isoTime(state.raisedAt),
    params: state.params,
    lastError: state.lastError,
    suppressed: state.suppressed,
    labels: state.labels,
    text: state.text,
    ...(state.st === 'open' ? openPart(state) : overPart(state)),
  };
}

const openPart = ({ ack, hold }: OpenAlert) => ({
  state: ack ? ('acked' as const) : ('open' as const),
  resolvedAt: null,
  ackedBy: ack?.by ?? null,
  ackedAt: ack ? isoTime(ack.at) : null,
  silencedBy: hold?.by === 'silence' ? hold.id : null,
  hiddenBy: hold?.by === 'parent' ? hold.key : null,
});

const overPart = ({ resolvedAt }: ResolvedAlert) => ({
  state: 'resolved' as const,
  resolvedAt: isoTime(resolvedAt),
  ackedBy: null,
  ackedAt: null,
  silencedBy: null,
  hiddenBy: null,
});

/** What a record shows of rows just written. */
export const pendingNotices = (rows: readonly OutboxRow[], now: number): AlertRecord['notices'] =>
  rows.map((row) => noticeState(row, { state: 'pending', attempts: 0, at: now }));
