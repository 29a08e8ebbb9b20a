import { type AlertRef, recordId } from './alert-key.ts';
import type { AlertState } from './alert-state.ts';
import { type AlertNotice, type OutboxRow, outboxRow } from './notice.ts';
import type { Draft } from './step.ts';

/**
 * Outbox rows for the drafts of a step, and the state that remembers them: each row waits for the one before it on its channel.
 * `at` is the time a message shows.
 */
export function rowsOf<S extends AlertState>(
  { ref, state }: { ref: AlertRef; state: S },
  drafts: readonly Draft[],
  at: number,
  now: number,
): { state: S; rows: OutboxRow[] } {
  const { memory } = state;
  const tails = { ...memory.tails };
  let { seq } = memory;
  const rows: OutboxRow[] = [];
  for (const draft of drafts) {
    seq += 1;
    const id = recordId(ref, draft.of.memory.epoch);
    const notice = noticeOf(ref, draft, at);
    for (const channel of draft.channels) {
      const nid = `${id}:${channel}:${seq}`;
      rows.push(outboxRow({ nid, channel, after: [tails[channel]], notice, recordIds: [id] }, now));
      tails[channel] = nid;
    }
  }
  return { state: { ...state, memory: { ...memory, tails, seq } }, rows };
}

function noticeOf(ref: AlertRef, { of, kind, because }: Draft, at: number): AlertNotice {
  return {
    kind,
    ...ref,
    at: of.st === 'resolved' && kind === 'recovery' ? of.resolvedAt : at,
    level: of.level,
    params: of.params,
    lastError: of.lastError,
    text: of.text,
    labels: of.labels,
    since: of.raisedAt,
    suppressed: of.suppressed,
    because,
    ackedBy: kind === 'ack' && of.st === 'open' ? (of.ack?.by ?? null) : null,
  };
}
