import type { Producer } from '@yoban/shared/bus/producer';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
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
  let busy: Promise<void> | null = null;
  let again = false;
  let ended = false;
  let away = false;
  let timer: NodeJS.Timeout | undefined;

  const send = async (dirty: DirtyRecord) => {
    const id = `${dirty.record.id}-v${dirty.rev}`;
    await producer.add('fact', `alert-${id}`, { type: 'alert', id, at: isoTime(Date.now()), alert: dirty.record });
    await queue.clean(dirty);
  };
  const drain = async () => {
    do {
      again = false;
      for (const dirty of await queue.dirty(batch)) {
        await send(dirty);
        again = true;
      }
    } while (again && !ended);
    if (away) log.info({ event: 'records.bus_back' });
    away = false;
  };
  const nudge = () => {
    again = true;
    if (busy || ended) return;
    clearTimeout(timer);
    busy = drain()
      .catch((error: unknown) => {
        if (!away) log.warn({ event: 'records.bus_away', code: asOpsError(error).code, err: error });
        away = true;
        again = false;
        if (!ended) timer = setTimeout(nudge, retryMs);
      })
      .finally(() => {
        busy = null;
        if (again) nudge();
      });
  };
  stop.push('record drain', () => {
    ended = true;
    clearTimeout(timer);
  });
  nudge();
  return nudge;
}
