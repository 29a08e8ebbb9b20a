import { backoffMs } from '@yoban/shared/backoff';
import { SECOND } from '@yoban/shared/contracts/time';
import type { Log } from '@yoban/shared/logger';
import type { Channel } from '../channels/channel.ts';
import { outgoingMessage } from '../channels/outgoing-message.ts';
import { timeLimit } from '../channels/time-limit.ts';
import { incidentOfRecord } from '../core/alert-key.ts';
import type { DirectTelling } from '../core/direct-telling.ts';
import type { OutboxRow } from '../core/notice.ts';
import type { SpoolEntry } from '../spool/read-spool.ts';
import type { MemoryPace } from './memory-pace.ts';
import { sendTimeoutMs, trySending } from './try-sending.ts';

/** One message of one event on its way past Redis. */
export interface DirectTask {
  eventId: string;
  entry: Pick<SpoolEntry, 'event' | 'receivedAt'>;
  row: OutboxRow;
  channel: Channel;
  pace: MemoryPace;
  /** What must have arrived on this channel first; null: nothing. */
  after: DirectTask | null;
  /**
   * `given-up`: the receiver will not have it; the outbox has the last word once Redis is back. `left`: somebody goes past it, and
   * the outbox has it alone.
   */
  state: 'waiting' | 'trying' | 'sent' | 'given-up' | 'left';
  /** A try may have arrived. */
  mayRepeat: boolean;
  attempts: number;
  /** `performance.now()`. */
  begunAt: number;
  notBefore: number;
  running: Promise<void> | null;
}

export interface TaskDeps {
  /** Puts what is known of a telling where a kill leaves it. */
  note: (telling: DirectTelling) => Promise<void>;
  /** True where somebody decides something later of this alert, or has, without waiting for this event. */
  isOvertaken: (entry: DirectTask['entry']) => boolean;
  log: Log;
  random: () => number;
}

const backoff = { baseMs: SECOND, capMs: 60 * SECOND };

/** Tells of a task as the spool keeps it; null while nothing of it can have arrived. */
export function tellingOf({ eventId, row, state, mayRepeat }: DirectTask, at: number): DirectTelling | null {
  const arrived = state === 'sent';
  if (!arrived && !mayRepeat) return null;
  const epoch = incidentOfRecord(row.recordIds[0] ?? '')?.epoch ?? at;
  const { channel, nid, sentAs, notice } = row;
  const via = 'via' in notice && notice.via !== undefined && { via: notice.via };
  return { eventId, channel, nid: sentAs ?? nid, epoch, state: arrived ? 'sent' : 'trying', at, ...via };
}

/** One try of a task that is waiting. Never rejects. */
export async function tryTask(task: DirectTask, { note, isOvertaken, log, random }: TaskDeps): Promise<void> {
  const { channel, row, eventId } = task;
  const fields = { eventId, channel: channel.name, kind: row.notice.kind };
  task.state = 'trying';
  // Begins before the note does: whoever reads that waits as long for its end.
  const limit = timeLimit(sendTimeoutMs);
  const repeats = task.mayRepeat;
  // Until the answer is there, it may have arrived: so says the spool to whoever comes after a kill.
  task.mayRepeat = true;
  const noted = async () => {
    const telling = tellingOf(task, Date.now());
    // A disk that takes nothing more is no reason to tell nobody.
    if (telling) await note(telling).catch((error: unknown) => log.error({ event: 'direct.not_noted', err: error }));
  };
  await noted();
  // A5: behind the note. Who overtakes marks that first and looks for notes then, so that one of the two sees the other.
  if (isOvertaken(task.entry)) {
    task.state = 'left';
    task.mayRepeat = repeats;
    return void log.info({ event: 'direct.left', ...fields });
  }
  task.attempts += 1;
  const { lateMs } = channel.patience;
  const delayMs = Date.now() - (row.waitsSince ?? row.createdAt);
  const sending = { mayRepeat: repeats && !channel.keyed(), delayMs, lateMs };
  const result = await trySending(channel, outgoingMessage(row, channel.style, sending), limit);
  const { attempts } = task;
  if (result.kind === 'sent') {
    task.state = 'sent';
    await noted();
    return void log.info({ event: 'direct.sent', ...fields, attempts });
  }
  task.mayRepeat = repeats || result.kind === 'unknown';
  const isOver = result.kind === 'permanent' || result.kind === 'quota' || result.kind === 'refused';
  task.state = isOver ? 'given-up' : 'waiting';
  const waitMs = result.kind === 'busy' ? result.afterMs : backoffMs(attempts, backoff, random());
  if (result.kind === 'busy') task.pace.hold(waitMs);
  task.notBefore = performance.now() + waitMs;
  log.warn({ event: 'direct.failed', ...fields, reason: result.code, attempts });
}
