import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { Decider } from '../decide-and-write.ts';

const retryMs = 1_000;

/** Does what falls due by the clock (summaries, folds) at its moment; what fell due while nobody ran is done at once. */
export function startAgenda(decider: Decider, log: Log, stop: StopStack, onTicked: () => void): () => void {
  const loop = createNudgedLoop({
    look: async () => {
      const waitMs = await decider.dueTicks();
      onTicked();
      return waitMs;
    },
    retryMs,
    onAway: (error) => log.warn({ event: 'agenda.failed', err: error }),
  });
  // Not waited for: without Redis the look under way would not end.
  stop.push('agenda', () => void loop.stop());
  loop.nudge();
  return loop.nudge;
}
