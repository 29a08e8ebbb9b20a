import type { Database } from 'better-sqlite3';
import { atMost } from '../at-most.ts';
import type { Producer } from '../bus/producer.ts';
import { type PayloadOf, type QueueKey, queues } from '../bus/queues.ts';
import { asOpsError } from '../errors.ts';
import type { StopStack } from '../lifecycle.ts';
import type { Log } from '../logger.ts';
import { createNudgedLoop } from '../nudged-loop.ts';
import { dropFact, type OutboxRow, pendingFacts } from './fact-outbox.ts';

const batch = 100;
const retryMs = 1_000;
const stopLimitMs = 1_000;

export interface Drain {
  /** Call after a transaction that put facts: sends them now. */
  wake(): void;
}

/**
 * Moves facts from a store's outbox to the bus, oldest first, at least once: a row goes only when Redis has acknowledged it,
 * and the job id is the fact's id, so a crash between the two makes no second fact. While the bus is away it tries each second.
 */
export function startDrain(db: Database, producer: Producer, log: Log, stop: StopStack): Drain {
  let ended = false;
  const send = (row: OutboxRow) => {
    const payload: PayloadOf<QueueKey> = queues[row.queue].payload.parse(JSON.parse(row.payload));
    return producer.add(row.queue, row.id, payload);
  };
  const look = async () => {
    for (let rows = pendingFacts(db, batch); rows.length > 0 && !ended; rows = pendingFacts(db, batch)) {
      for (const row of rows) {
        await send(row);
        dropFact(db, row.seq);
      }
    }
    return null;
  };
  const loop = createNudgedLoop({
    look,
    retryMs,
    onAway: (error) => log.warn({ event: 'facts.bus_away', code: asOpsError(error).code }),
    onBack: () => log.info({ event: 'facts.bus_back' }),
  });
  stop.push('fact drain', () => {
    ended = true;
    // A Redis that hangs takes no answer; the fact on its way stays here and is sent again, under the same id.
    return atMost(loop.stop(), stopLimitMs);
  });
  loop.nudge();
  return { wake: loop.nudge };
}
