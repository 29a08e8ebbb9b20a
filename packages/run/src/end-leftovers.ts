import type { ProcessFacts } from './proc.ts';
import { sendSignal } from './send-signal.ts';

const firstLookMs = 5;
const slowestLookMs = 100;

export interface Clearing {
  /** No more patience: SIGKILL to all that is left, and to what it may still start. */
  kill(): void;
  /** Stop looking. */
  abandon(): void;
}

/**
 * Ends what `find` finds, again and again until it finds nothing: a process that is being ended may start another one.
 * `isAsked` = it has had its SIGTERM; a second one often means "at once".
 */
export function endLeftovers(
  find: () => ProcessFacts[],
  { stage, isAsked }: { stage: 'term' | 'kill'; isAsked: (process: ProcessFacts) => boolean },
  onCleared: () => void,
): Clearing {
  const asked = new Set<string>();
  let isHarsh = stage === 'kill';
  let pauseMs = firstLookMs;
  let timer: NodeJS.Timeout | undefined;
  const end = (process: ProcessFacts) => {
    if (isHarsh) {
      sendSignal(process.pid, 'SIGKILL');
      return;
    }
    const identity = `${process.pid}-${process.startTicks}`;
    if (asked.has(identity) || isAsked(process)) return;
    asked.add(identity);
    sendSignal(process.pid, 'SIGTERM');
    sendSignal(process.pid, 'SIGCONT');
  };
  const look = () => {
    const left = find();
    if (left.length === 0) {
      // Not before the caller has what we return.
      queueMicrotask(onCleared);
      return;
    }
    for (const process of left) end(process);
    timer = setTimeout(look, pauseMs);
    pauseMs = Math.min(slowestLookMs, pauseMs * 2);
  };
  look();
  return {
    kill: () => {
      isHarsh = true;
      pauseMs = firstLookMs;
      clearTimeout(timer);
      look();
    },
    abandon: () => clearTimeout(timer),
  };
}
