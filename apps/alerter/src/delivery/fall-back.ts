import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import { twinOf } from '../core/decide-fallback.ts';
import type { Via } from '../core/notice.ts';
import type { Decider } from '../decide-and-write.ts';
import type { Overdue, OverdueRows } from '../store/overdue-rows.ts';

export interface FallBackDeps {
  rows: OverdueRows;
  decider: Pick<Decider, 'fallback'>;
  log: Log;
}

export interface FallbackPair {
  channel: string;
  /** How people call it. */
  label: string;
  fallback: string;
  /** How long the channel may keep an urgent notice to itself. */
  afterMs: number;
}

const retryMs = 1_000;

/** Gives what a channel has not delivered in time to its fallback too. Resolves to the ms until the next may be due; null: none waits. */
export async function fallBackDue(
  { channel, label, fallback, afterMs }: FallbackPair,
  deps: FallBackDeps,
): Promise<number | null> {
  for (;;) {
    const { rows, nextMs } = await deps.rows.find(channel, afterMs);
    if (rows.length === 0) return nextMs;
    for (const one of rows) {
      const twin = twinOf(one.row, fallback);
      // It has been told there, or is about to be: that channel is on the same route, or stands in for another one as well. Or its own has it now.
      const isThere = twin === null || (await deps.rows.exists(twin)) || !(await deps.rows.isOwed(one.row.nid));
      if (!isThere) await deps.decider.fallback({ row: one.row, channel: fallback, via: viaOf(one, label) });
      await deps.rows.leave(channel, one.row.nid);
      const fields = { nid: one.row.nid, channel, fallback, waitedMs: one.waitedMs };
      deps.log.warn({ event: isThere ? 'notice.fallback_needless' : 'notice.fallen_back', ...fields });
    }
  }
}

function viaOf({ state, waitedMs }: Overdue, label: string): Via {
  if (waitedMs !== null) return { channel: label, why: 'silent', forMs: waitedMs };
  return { channel: label, why: state === 'dead' ? 'refused' : 'quota', forMs: 0 };
}

/** Watches over one channel that has a fallback. Nudged when something was decided. */
export function startFallBack(pair: FallbackPair, deps: FallBackDeps, stop: StopStack, onTold: () => void): () => void {
  const loop = createNudgedLoop({
    look: async () => {
      const waitMs = await fallBackDue(pair, deps);
      onTold();
      return waitMs;
    },
    retryMs,
    onAway: (error) => deps.log.warn({ event: 'fallback.store_away', channel: pair.channel, err: error }),
  });
  // Not waited for: without Redis the look under way would not end.
  stop.push(`fallback of ${pair.channel}`, () => void loop.stop());
  loop.nudge();
  return loop.nudge;
}
