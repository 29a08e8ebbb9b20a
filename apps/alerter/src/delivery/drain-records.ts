import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from '@yoban/shared/bus/producer';
import { asOpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { RecordQueue } from '../store/record-queue.ts';
import { recordFact } from './record-facts.ts';
import type { Traffic } from './traffic.ts';

/** Records of one fact. */
const batch = 100;
/**
 * Between two facts while one is not enough. In a storm people are told first, and a record that changes again meanwhile is told once:
 * the page hears of the first hundred at once, of few others while messages leave, and of all the rest behind them.
 */
const gapMs = { usual: 100, heavy: 1_000 } as const;
const retryMs = 1_000;

interface DrainDeps {
  queue: RecordQueue;
  producer: Producer;
  traffic: Pick<Traffic, 'isHeavy'>;
  log: Log;
  stop: StopStack;
}

/** Tells the read model every change of a record, at least once; the id counts the changes, so a repeat is one job. */
export function startRecordDrain({ queue, producer, traffic, log, stop }: DrainDeps): () => void {
  const ended = new AbortController();
  const look = async () => {
    while (!ended.signal.aborted) {
      const found = await queue.dirty(batch);
      const fact = recordFact(found, Date.now());
      if (fact === null) return null;
      await producer.add('fact', fact.jobId, fact.payload);
      await queue.clean(found);
      const waitMs = gapMs[traffic.isHeavy() ? 'heavy' : 'usual'];
      if (found.length > 1) await sleep(waitMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
    return null;
  };
  const loop = createNudgedLoop({
    look,
    retryMs,
    onAway: (error) => log.warn({ event: 'records.bus_away', code: asOpsError(error).code, err: error }),
    onBack: () => log.info({ event: 'records.bus_back' }),
  });
  stop.push('record drain', () => {
    ended.abort();
    // Not waited for: without Redis the look under way would not end.
    void loop.stop();
  });
  loop.nudge();
  return loop.nudge;
}
