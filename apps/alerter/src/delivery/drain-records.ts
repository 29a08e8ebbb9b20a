import type { Producer } from '@yoban/shared/bus/producer';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { DirtyRecord, RecordQueue } from '../store/record-queue.ts';

const batch = 50;
const retryMs = 1_000;

interface DrainDeps {
  queue: RecordQueue;
  producer: Producer;
  log: Log;
  stop: StopStack;
}

/** Tells the read model every change of a record, at least once; the id counts the changes, so a repeat is one job. */
export function startRecordDrain({ queue, producer, log, stop }: DrainDeps): () => void {
  let ended = false;
  const send = async (dirty: DirtyRecord) => {
    const id = `${dirty.record.id}-v${dirty.rev}`;
    await producer.add('fact', `alert-${id}`, { type: 'alert', id, at: isoTime(Date.now()), alert: dirty.record });
    await queue.clean(dirty);
  };
  const look = async () => {
    for (let found = await queue.dirty(batch); found.length > 0 && !ended; found = await queue.dirty(batch)) {
      for (const dirty of found) await send(dirty);
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
    ended = true;
    // Not waited for: without Redis the look under way would not end.
    void loop.stop();
  });
  loop.nudge();
  return loop.nudge;
}
