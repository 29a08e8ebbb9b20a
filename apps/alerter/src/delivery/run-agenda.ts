import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Decider } from '../decide-and-write.ts';

const errorPauseMs = 1_000;
const timerMaxMs = 600_000;

/** Does what falls due by the clock (summaries, folds) at its moment; what fell due while nobody ran is done at once. */
export function startAgenda(decider: Decider, log: Log, stop: StopStack, onTicked: () => void): () => void {
  let busy: Promise<void> | null = null;
  let again = false;
  let ended = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;

  const wakeIn = (ms: number | null) => {
    clearTimeout(timer);
    if (ms !== null && !ended) timer = setTimeout(nudge, Math.min(ms, timerMaxMs));
  };
  const look = async () => {
    do {
      again = false;
      wakeIn(await decider.dueTicks());
      failing = false;
      onTicked();
    } while (again && !ended);
  };
  const nudge = () => {
    again = true;
    if (busy || ended) return;
    busy = look()
      .catch((error: unknown) => {
        if (!failing) log.warn({ event: 'agenda.failed', err: error });
        failing = true;
        again = false;
        wakeIn(errorPauseMs);
      })
      .finally(() => {
        busy = null;
        if (again) nudge();
      });
  };
  stop.push('agenda', () => {
    ended = true;
    clearTimeout(timer);
  });
  nudge();
  return nudge;
}
