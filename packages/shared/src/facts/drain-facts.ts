import type { Database } from 'better-sqlite3';
import { atMost, late } from '../at-most.ts';
import type { AlerterIntake } from '../bus/alerter-intake.ts';
import type { Producer } from '../bus/producer.ts';
import { type PayloadOf, type QueueKey, queues } from '../bus/queues.ts';
import { AlertEvent } from '../contracts/alert.ts';
import { intakeEventsMax } from '../contracts/intake.ts';
import { asOpsError, OpsError } from '../errors.ts';
import type { StopStack } from '../lifecycle.ts';
import type { Log } from '../logger.ts';
import { createNudgedLoop } from '../nudged-loop.ts';
import { dropFact, type OutboxRow, pendingAlerts, pendingFacts } from './fact-outbox.ts';

const batch = 100;
const retryMs = 1_000;
const stopLimitMs = 1_000;
/** After which a bus that takes nothing is away, and alert events go to the alerter itself. */
const busPatienceMs = 2_000;

export interface Drain {
  /** Call after a transaction that put facts: sends them now. */
  wake(): void;
}

export interface DrainDeps {
  producer: Producer;
  /** Where alert events go while the bus is away; null: they wait for it. */
  intake: AlerterIntake | null;
  log: Log;
  stop: StopStack;
}

/**
 * Moves facts from a store's outbox to the bus, oldest first, at least once: a row goes only when Redis has acknowledged it,
 * and the job id is the fact's id, so a crash between the two makes no second fact. While the bus is away it tries each second,
 * and after 2 s hands alert events to the alerter's own door. One that took both ways is decided once, by its id (T0).
 */
export function startDrain(db: Database, { producer, intake, log, stop }: DrainDeps): Drain {
  const bus = createBusSender(producer);
  let ended = false;
  /** `performance.now()` at the begin of the first of the tries that failed in a row; null while the bus takes what it is given. */
  let failingSince: number | null = null;

  const toBus = async () => {
    for (let rows = pendingFacts(db, batch); rows.length > 0 && !ended; rows = pendingFacts(db, batch)) {
      for (const row of rows) {
        await bus.send(row);
        dropFact(db, row.seq);
        failingSince = null;
      }
    }
  };
  const handOver = createHandOver(db, intake, log);
  const isAway = () => bus.isHanging() || (failingSince !== null && performance.now() - failingSince >= busPatienceMs);
  const look = async () => {
    // Of a bus that is known to be away nobody waits for an answer first.
    if (isAway()) await handOver();
    const began = performance.now();
    try {
      await toBus();
    } catch (error) {
      failingSince ??= began;
      if (isAway()) await handOver();
      throw error;
    }
    failingSince = null;
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

interface OnItsWay {
  seq: number;
  added: Promise<void>;
  isLate: boolean;
}

/** Adds rows to the bus, and does not wait for one that hangs (a stopped Redis keeps its connections and answers nothing). */
function createBusSender(producer: Producer) {
  let onItsWay: OnItsWay | null = null;
  const start = (row: OutboxRow): OnItsWay => {
    const added = addRow(producer, row).finally(() => {
      if (onItsWay === one) onItsWay = null;
    });
    const one: OnItsWay = { seq: row.seq, added, isLate: false };
    onItsWay = one;
    return one;
  };
  return {
    /** True from the time a row has hung for too long until the bus answers about it, whatever became of the row meanwhile. */
    isHanging: () => onItsWay?.isLate === true,
    send: async (row: OutboxRow): Promise<void> => {
      // A row that hangs is asked about again, not sent again: an hour of that would be thousands of the same.
      const one = onItsWay?.seq === row.seq ? onItsWay : start(row);
      if ((await atMost(one.added, busPatienceMs)) !== late) return;
      one.isLate = true;
      throw new OpsError('BUS_UNAVAILABLE', `Redis has not answered for ${busPatienceMs} ms`);
    },
  };
}

function addRow(producer: Producer, row: OutboxRow): Promise<void> {
  const payload: PayloadOf<QueueKey> = queues[row.queue].payload.parse(JSON.parse(row.payload));
  return producer.add(row.queue, row.id, payload);
}

/** Gives all alert events to the alerter; a row goes only when the alerter's disk has it. Says once when it cannot. */
function createHandOver(db: Database, intake: AlerterIntake | null, log: Log): () => Promise<void> {
  let refused = false;
  return async () => {
    if (intake === null) return;
    try {
      for (let rows = pendingAlerts(db, intakeEventsMax); rows.length > 0; ) {
        await intake.post(rows.map((row) => AlertEvent.parse(JSON.parse(row.payload))));
        db.transaction(() => {
          for (const row of rows) dropFact(db, row.seq);
        })();
        log.info({ event: 'facts.handed_over', count: rows.length });
        rows = pendingAlerts(db, intakeEventsMax);
      }
      refused = false;
    } catch (error) {
      if (!refused) log.warn({ event: 'facts.intake_away', code: asOpsError(error).code, err: error });
      refused = true;
    }
  };
}
