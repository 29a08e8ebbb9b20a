import { isInfo } from './core/decide-event.ts';
import type { BusEvent } from './event-rounds.ts';

/** Decides an event with others that are there; resolves to the reason when that is written. */
export type DecideSoon = (one: BusEvent) => Promise<string>;

interface BatchDeps {
  /** Decides and writes all of them; resolves to the reason of each. */
  decide: (list: readonly BusEvent[]) => Promise<readonly string[]>;
  /** Some were written. */
  onDecided: () => void;
}

interface Waiting extends BusEvent {
  resolve: (reason: string) => void;
  reject: (error: unknown) => void;
}

/** Most events of one script: Redis answers nobody else meanwhile, and a CRITICAL that comes then waits for the next one. */
const batchMax = 100;

/**
 * Gathers the events that come while others are being decided, and decides them together: a storm costs one reading, one script and
 * one write of the disk for a hundred of them. One alone is decided at once. What is urgent goes first; within the urgent ones, and within the
 * INFOs, the order in which they came is kept.
 */
export function createEventBatches({ decide, onDecided }: BatchDeps): DecideSoon {
  const urgent: Waiting[] = [];
  const quiet: Waiting[] = [];
  let running = false;

  const decideSome = async (some: readonly Waiting[]): Promise<void> => {
    try {
      const reasons = await decide(some);
      for (const [at, one] of some.entries()) one.resolve(reasons[at] ?? 'seen');
    } catch (error) {
      const [only] = some;
      if (some.length === 1) return only?.reject(error);
      // One that cannot be decided must not keep those beside it waiting.
      for (const one of some) await decideSome([one]);
    }
  };
  const run = async (): Promise<void> => {
    while (urgent.length + quiet.length > 0) {
      const first = urgent.splice(0, batchMax);
      await decideSome([...first, ...quiet.splice(0, batchMax - first.length)]);
      onDecided();
    }
    running = false;
  };
  return (one) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    (isInfo(one.event) ? quiet : urgent).push({ ...one, resolve, reject });
    if (!running) {
      running = true;
      // A turn later, so that what comes in this one is there too.
      setImmediate(() => void run());
    }
    return promise;
  };
}
