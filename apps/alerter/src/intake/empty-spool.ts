import { atMost, late } from '@yoban/shared/at-most';
import { atMostAwake } from '@yoban/shared/at-most-awake';
import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { DirectTelling } from '../core/direct-telling.ts';
import type { Decider } from '../decide-and-write.ts';
import { decideWithinMs, tellAfterMs } from '../decide-limits.ts';
import type { DirectSender } from '../delivery/direct-send.ts';
import type { SpoolEntry } from '../spool/read-spool.ts';
import type { Spool } from '../spool/spool.ts';
import type { Presence } from '../store/presence.ts';

export interface EmptyingDeps {
  spool: Spool;
  decider: Pick<Decider, 'event'>;
  direct: DirectSender;
  presence: Presence;
  onDecided: () => void;
  log: Log;
  stop: StopStack;
}

const retryMs = SECOND;
/** The decision has landed by then, or never will; its answer may need a moment more. */
const answerLimitMs = tellAfterMs + 200;
const stopMaxMs = 3 * SECOND;
/** An event that nobody can decide is tried each second, and named in the log as often as this. */
const sayEveryMs = MINUTE;
/** So many failures in a row are no matter of single events. */
const failuresMax = 3;

/**
 * Gives what waits in the spool to the decision, in the order it came, and takes it out when that is written. While Redis does not
 * decide, CRITICALs go to people at once. Call the result when something came.
 */
export function startEmptying(deps: EmptyingDeps): () => void {
  const { spool, direct, log, stop } = deps;
  let away = false;
  let ended = false;
  const sayUndecided = createSayUndecided(log);
  const loop = createNudgedLoop({
    look: async () => {
      const through = await goThrough({ ...deps, sayUndecided }, () => ended);
      if (through === away) {
        const event = through ? 'spool.goes_on' : 'spool.waits';
        log[through ? 'info' : 'warn']({ event, waiting: spool.pending().length });
      }
      away = !through;
      return through ? null : Math.min(retryMs, direct.look(spool.pending()) ?? retryMs);
    },
    retryMs,
    onAway: (error) => log.error({ event: 'spool.failed', err: error }),
  });
  stop.push('spool emptying', () => {
    ended = true;
    // A receiver that hangs does not hold the stop up: that it was tried stands in the spool.
    return atMost(loop.stop(), stopMaxMs);
  });
  loop.nudge();
  return loop.nudge;
}

/**
 * False when something still waits since Redis does not decide, or could not decide that. An event that alone cannot be decided does
 * not keep those behind it waiting.
 */
async function goThrough(
  deps: EmptyingDeps & { sayUndecided: SayUndecided },
  isEnded: () => boolean,
): Promise<boolean> {
  const waiting = deps.spool.pending();
  if (waiting.length === 0) return true;
  if (!(await deps.presence.answers())) return false;
  let failures = 0;
  // Not undone by what is decided after it: an event left here is looked after again soon, and told past Redis meanwhile.
  let undecided = 0;
  for (const entry of waiting) {
    if (isEnded()) return true;
    try {
      if (!(await decideOne(entry, deps))) return false;
      failures = 0;
    } catch (error) {
      failures += 1;
      undecided += 1;
      if (failures === 1) deps.sayUndecided(entry.event.id, error);
      if (failures >= failuresMax) return false;
    }
  }
  return undecided === 0;
}

type SayUndecided = (eventId: string, error: unknown) => void;

function createSayUndecided(log: Log): SayUndecided {
  const saidAt = new Map<string, number>();
  return (eventId, error) => {
    const now = performance.now();
    if (now - (saidAt.get(eventId) ?? Number.NEGATIVE_INFINITY) < sayEveryMs) return;
    saidAt.set(eventId, now);
    log.error({ event: 'spool.undecided', code: 'UNEXPECTED', eventId, err: error });
  };
}

/** False when Redis has not written it in time, and will not. */
async function decideOne(entry: SpoolEntry, deps: EmptyingDeps): Promise<boolean> {
  const { spool, decider, direct, onDecided } = deps;
  const { event } = entry;
  const told = await heardOf(entry, deps);
  if (told === late) {
    direct.resume(event.id);
    return false;
  }
  try {
    const deciding = decider.event(event, { told, withinMs: decideWithinMs });
    const reason = await atMostAwake(deciding, answerLimitMs);
    if (reason === late) leaveIfDecided(deciding, event.id, direct);
    if (reason === late || reason === 'late') {
      direct.resume(event.id);
      return false;
    }
  } catch (error) {
    direct.resume(event.id);
    throw error;
  }
  await spool.done(event.id);
  direct.forget(event.id);
  onDecided();
  return true;
}

/**
 * Who heard of it, once its tries have ended; `late` when Redis went away before that: a receiver that hangs would keep the other
 * CRITICALs from people for as long.
 */
async function heardOf(
  entry: SpoolEntry,
  { direct, presence }: Pick<EmptyingDeps, 'direct' | 'presence'>,
): Promise<DirectTelling[] | typeof late> {
  const pausing = direct.pause(entry);
  for (;;) {
    const told = await atMost(pausing, decideWithinMs);
    if (told !== late || !(await presence.answers())) return told;
  }
}

/** Redis has written it and was slow to say so: what was not told yet is told by the outbox. */
function leaveIfDecided(deciding: Promise<string>, eventId: string, direct: DirectSender): void {
  const decided = (reason: string) => {
    if (reason !== 'late') direct.leaveToOutbox(eventId);
  };
  // It is looked up again anyway, and a failure is told there.
  deciding.then(decided, () => undefined);
}
