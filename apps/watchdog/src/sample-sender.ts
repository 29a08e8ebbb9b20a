import type { Producer } from '@yoban/shared/bus/producer';
import type { CheckResult } from '@yoban/shared/contracts/check';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';

export interface SampleSender {
  /** Puts samples on the bus, or drops them: a lost look is not a fact to keep, the next one says more. */
  send(results: CheckResult[]): void;
  /** Resolves when the sends under way have ended. */
  idle(): Promise<void>;
}

/** Sends `checks` facts; says in the log only when the bus goes away and when it is back. */
export function createSampleSender(producer: Producer, log: Log): SampleSender {
  let seq = 0;
  let away = false;
  let dropped = 0;
  const underWay = new Set<Promise<void>>();
  const add = async (results: CheckResult[]): Promise<void> => {
    const now = Date.now();
    seq += 1;
    const id = `checks-${process.pid}-${now}-${seq}`;
    try {
      await producer.add('fact', id, { type: 'checks', id, at: isoTime(now), results });
      if (away) log.info({ event: 'samples.bus_back', dropped });
      away = false;
      dropped = 0;
    } catch (error) {
      if (!away) log.warn({ event: 'samples.dropped', code: asOpsError(error).code });
      away = true;
      dropped += 1;
    }
  };
  return {
    send: (results) => {
      if (results.length === 0) return;
      const sending = add(results).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    idle: async () => {
      await Promise.all(underWay);
    },
  };
}
