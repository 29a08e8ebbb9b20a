import type { Producer } from '@yoban/shared/bus/producer';
import { asOpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { TellList } from '../store/tell-list.ts';

const batch = 50;
const retryMs = 1_000;

interface TellDeps {
  list: TellList;
  producer: Producer;
  log: Log;
  stop: StopStack;
}

/** Tells the read model what decisions left to tell (silences, tests, audits), at least once; a repeat is one job by its id. */
export function startTelling({ list, producer, log, stop }: TellDeps): () => void {
  let ended = false;
  const look = async () => {
    for (let found = await list.next(batch); found.length > 0 && !ended; found = await list.next(batch)) {
      for (const one of found) {
        await producer.add('fact', `${one.fact.type}-${one.fact.id}`, one.fact);
        await list.done(one);
      }
    }
    return null;
  };
  const loop = createNudgedLoop({
    look,
    retryMs,
    onAway: (error) => log.warn({ event: 'facts.bus_away', code: asOpsError(error).code, err: error }),
  });
  stop.push('fact drain', () => {
    ended = true;
    // Not waited for: without Redis the look under way would not end.
    void loop.stop();
  });
  loop.nudge();
  return loop.nudge;
}
