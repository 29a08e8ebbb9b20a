import { SECOND } from '@yoban/shared/contracts/time';
import type { Channel } from '../channels/channel.ts';
import { channelLabel } from '../channels/channel-label.ts';
import { twinOf } from '../core/decide-fallback.ts';
import type { DirectTelling } from '../core/direct-telling.ts';
import type { OutboxRow, Via } from '../core/notice.ts';
import type { Shadow } from '../core/shadow.ts';
import { tellAfterMs } from '../decide-limits.ts';
import type { SpoolEntry } from '../spool/read-spool.ts';
import { type DirectTask, type TaskDeps, tellingOf, tryTask } from './direct-task.ts';
import { createMemoryPace, type MemoryPace } from './memory-pace.ts';

export interface DirectDeps extends TaskDeps {
  channels: readonly Channel[];
  shadow: Shadow;
  /** A try has ended: look again. */
  onEnded: () => void;
}

/** Windows end and silences are over while Redis is away: what was held back then is thought about anew. */
const thinkAnewMs = 30 * SECOND;

/** Tells CRITICALs that wait in the spool, and what recovers of them, over their channels at once. */
export class DirectSender {
  readonly #deps: DirectDeps;
  readonly #channels: ReadonlyMap<string, { channel: Channel; pace: MemoryPace }>;
  readonly #tasks = new Map<string, DirectTask[]>();
  /** Events that Redis is to decide: nothing more is told of them here. */
  readonly #paused = new Set<string>();
  /** Events that Redis has decided although its answer came late. */
  readonly #decided = new Set<string>();
  readonly #thought = new Set<string>();
  /** Tries on their way, by channel. */
  readonly #under = new Map<string, number>();
  #thoughtAt = Number.NEGATIVE_INFINITY;

  constructor(deps: DirectDeps) {
    this.#deps = deps;
    this.#channels = new Map(
      deps.channels.map((channel) => [channel.name, { channel, pace: createMemoryPace(channel.pace) }]),
    );
  }

  /** Redis is away: begins every try whose time has come. Gives the ms until something else is due, null: nothing is. */
  look(waiting: readonly SpoolEntry[]): number | null {
    this.#think(waiting);
    // One moment for both: what is overdue has been given to its fallback, or has none that could take it, and is waited for no more.
    const now = performance.now();
    this.#fallBack(waiting, now);
    const waits = this.#all()
      .filter(({ eventId }) => !this.#paused.has(eventId) && !this.#decided.has(eventId))
      .flatMap((task) => [untilFallback(task, now), this.#tryIfDue(task)])
      .filter((ms) => ms !== null);
    return waits.length > 0 ? Math.min(...waits) : null;
  }

  /** Redis is to decide it: no new try from now on. Resolves to who heard of it when the tries under way have ended. */
  async pause(entry: SpoolEntry): Promise<DirectTelling[]> {
    this.#paused.add(entry.event.id);
    const own = this.#tasksOf(entry.event.id);
    await Promise.all(own.map((task) => task.running));
    return toldOf(own, entry);
  }

  /** Redis has not decided it after all. */
  resume(eventId: string): void {
    this.#paused.delete(eventId);
  }

  /** Redis has decided it, and has not been heard in time: the outbox tells it. */
  leaveToOutbox(eventId: string): void {
    this.#decided.add(eventId);
  }

  /** It is decided. */
  forget(eventId: string): void {
    for (const known of [this.#paused, this.#decided, this.#tasks, this.#thought]) known.delete(eventId);
  }

  #tasksOf(eventId: string): readonly DirectTask[] {
    return this.#tasks.get(eventId) ?? [];
  }

  #all(): DirectTask[] {
    return [...this.#tasks.values()].flat();
  }

  #think(waiting: readonly SpoolEntry[]): void {
    const { shadow } = this.#deps;
    if (performance.now() - this.#thoughtAt >= thinkAnewMs) {
      this.#thoughtAt = performance.now();
      this.#thought.clear();
      shadow.restart();
    }
    for (const entry of waiting) {
      const { event } = entry;
      if (this.#thought.has(event.id)) continue;
      this.#thought.add(event.id);
      const rows = shadow.think(event, toldOf(this.#tasksOf(event.id), entry), Date.now());
      for (const row of rows) {
        this.#add(waiting, entry, row);
        // Whoever took over the raise is told of its end as well.
        if (row.notice.kind === 'recovery')
          for (const twin of takenOver(this.#all(), row)) this.#add(waiting, entry, twin);
      }
    }
  }

  #fallBack(waiting: readonly SpoolEntry[], now: number): void {
    for (const entry of waiting) {
      for (const task of this.#tasksOf(entry.event.id)) {
        const twin = fallbackRow(task, now);
        if (twin) this.#add(waiting, entry, twin);
      }
    }
  }

  #add(waiting: readonly SpoolEntry[], entry: SpoolEntry, row: OutboxRow): void {
    const eventId = entry.event.id;
    const place = this.#channels.get(row.channel);
    const own = this.#tasksOf(eventId);
    if (!place || own.some((one) => one.row.channel === row.channel)) return;
    const known = entry.told.get(row.channel);
    if (!known && isBehind(waiting, entry, row.channel)) return;
    const isRecovery = row.notice.kind === 'recovery';
    const raise = isRecovery ? raiseOf(this.#all(), row) : null;
    // Redis has decided its raise meanwhile: whether that has arrived, only Redis knows.
    if (isRecovery && raise === null) return;
    const task: DirectTask = {
      ...{ eventId, entry, ...place, after: raise, attempts: 0, running: null },
      row: known ? { ...row, sentAs: known.nid } : row,
      state: known?.state === 'sent' ? 'sent' : 'waiting',
      mayRepeat: known !== undefined,
      begunAt: performance.now(),
      notBefore: performance.now() + untilTold(entry),
    };
    this.#tasks.set(eventId, [...own, task]);
  }

  /** The ms until its next try, null where that hangs on something else. */
  #tryIfDue(task: DirectTask): number | null {
    if (task.state !== 'waiting' || (task.after && task.after.state !== 'sent')) return null;
    // As from the outbox: so many a kill leaves half way at most, and a mail server takes no storm of connections.
    const { name, concurrency } = task.channel;
    const under = this.#under.get(name) ?? 0;
    if (under >= concurrency) return null;
    const waitMs = Math.max(0, task.notBefore - performance.now()) || task.pace.take();
    if (waitMs > 0) return waitMs;
    this.#under.set(name, under + 1);
    task.running = tryTask(task, this.#deps).finally(() => {
      task.running = null;
      this.#under.set(name, (this.#under.get(name) ?? 1) - 1);
      this.#deps.onEnded();
    });
    return null;
  }
}

/** Who heard, or may have heard, of an event: what this process knows, else what the spool kept of one before it. */
function toldOf(own: readonly DirectTask[], entry: SpoolEntry): DirectTelling[] {
  const kept = [...entry.told.values()].filter(({ channel }) => !own.some((task) => task.row.channel === channel));
  return [...own.flatMap((task) => tellingOf(task, entry.told.get(task.row.channel)?.at ?? Date.now()) ?? []), ...kept];
}

/**
 * Something later of its alert was told on this channel. After a kill the event that was told first may be decided and gone, and a
 * repeat behind it then looks like a beginning: Redis knows better.
 */
function isBehind(waiting: readonly SpoolEntry[], entry: SpoolEntry, channel: string): boolean {
  const { service, alertType } = entry.event;
  const later = waiting.slice(waiting.indexOf(entry) + 1);
  return later.some(
    ({ event, told }) => event.service === service && event.alertType === alertType && told.has(channel),
  );
}

/** What was taken at the door by a clock that went back since waits no longer than what came now. */
const untilTold = ({ receivedAt }: SpoolEntry): number =>
  Math.min(tellAfterMs, Math.max(0, receivedAt + tellAfterMs - Date.now()));

const raiseOf = (tasks: readonly DirectTask[], { channel, recordIds }: OutboxRow): DirectTask | null =>
  tasks.find(
    ({ row }) => row.channel === channel && row.recordIds[0] === recordIds[0] && row.notice.kind === 'raise',
  ) ?? null;

/** The recovery for channels that stood in for others when its raise was told. */
function takenOver(tasks: readonly DirectTask[], recovery: OutboxRow): OutboxRow[] {
  const raises = tasks.filter(({ row }) => row.recordIds[0] === recovery.recordIds[0] && row.notice.kind === 'raise');
  return raises.flatMap(({ row: { channel } }) => {
    const nid = twinOf(recovery, channel);
    return nid === null || channel === recovery.channel ? [] : [{ ...recovery, nid, channel }];
  });
}

const noFallback: ReadonlySet<DirectTask['state']> = new Set(['sent', 'left']);

/** The ms until its fallback takes over as well; null where it has by `now` (`performance.now()`), or never will. */
function untilFallback({ channel, state, begunAt }: DirectTask, now: number): number | null {
  if (channel.fallback === null || state === 'given-up' || noFallback.has(state)) return null;
  const leftMs = channel.patience.fallbackMs - (now - begunAt);
  return leftMs > 0 ? leftMs : null;
}

/** What another channel says instead, once this one was silent for too long or will not have it. */
function fallbackRow({ channel, row, state, begunAt }: DirectTask, now: number): OutboxRow | null {
  const { fallback, patience } = channel;
  const waitedMs = now - begunAt;
  const isOverdue = state === 'given-up' || (!noFallback.has(state) && waitedMs >= patience.fallbackMs);
  if (fallback === null || !isOverdue || !('alertType' in row.notice)) return null;
  const nid = twinOf(row, fallback);
  const why = state === 'given-up' ? 'refused' : 'silent';
  const via: Via = { channel: channelLabel(channel), why, forMs: waitedMs };
  return nid === null ? null : { ...row, nid, channel: fallback, sentAs: undefined, notice: { ...row.notice, via } };
}
