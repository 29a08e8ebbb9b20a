import type { AlertState, OpenAlert } from './alert-state.ts';
import { insideWindow } from './dedup-window.ts';
import { listed, relisted } from './digest-entry.ts';
import { reminderAt } from './next-moment.ts';
import { levelsOf } from './rules.ts';
import type { Draft, Step, StepContext } from './step.ts';
import { isAcked, withoutAck } from './step-ack.ts';
import { stepClear } from './step-clear.ts';
import { knowing, toldNow, union } from './told.ts';

/** What falls due for one alert by the clock: its own end (T15), a lapsed acknowledgement, what it owes, its next level (T14), a reminder (T4). */
export function stepClock(state: AlertState, context: StepContext): Step {
  const { now } = context;
  if (state.st !== 'open') return { state, reason: 'nothing_due', drafts: [] };
  if (state.endsAt !== null && state.endsAt <= now) return ended(state, state.endsAt, context);
  const lapsed = state.ack !== null && !isAcked(state, context);
  const awake = lapsed ? withoutAck(state, now) : steady(state, now);
  const step = whatIsOwed(awake, context);
  return lapsed && step.reason === 'nothing_due' ? { ...step, reason: 'ack_lapsed' } : step;
}

/** The clock went back: a level must not wait for the time to come again. */
const steady = (state: OpenAlert, now: number): OpenAlert =>
  state.escalation && state.escalation.since > now
    ? { ...state, escalation: { ...state.escalation, since: now } }
    : state;

/** T15: the source said when it would be over, and has not raised it again. */
function ended(state: OpenAlert, endsAt: number, context: StepContext): Step {
  const step = stepClear(state, Math.max(endsAt, state.memory.lastRaiseAt), context);
  return { ...step, reason: 'ended' };
}

function whatIsOwed(state: OpenAlert, context: StepContext): Step {
  const { hold } = state;
  if (hold?.by === 'silence' || hold?.by === 'parent') return released(state, hold.by, context);
  // What the window holds back is told with the summary of its bucket (T8).
  const quiet = hold !== null || context.holder !== null || state.level === 'warning' || isAcked(state, context);
  return quiet ? { state, reason: 'nothing_due', drafts: [] } : dueAgain(state, context);
}

/** A silence or a parent is over: what is still open is told as owed, a WARNING in the digest of this bucket. */
function released(state: OpenAlert, by: 'silence' | 'parent', context: StepContext): Step {
  const { now, policy, holder } = context;
  if (holder) return { state: { ...state, hold: holder }, reason: 'still_held', drafts: [] };
  if (state.level === 'warning') return { state: listedAgain(state, context), reason: 'released', drafts: [] };
  // Who acknowledged it knows; it is told when that lapses.
  if (isAcked(state, context)) return { state, reason: 'still_held', drafts: [] };
  if (insideWindow(state.memory, now, policy.windowMs) && !policy.rearmOnRecovery) {
    return { state: { ...state, hold: { by: 'window' } }, reason: 'owed', drafts: [] };
  }
  const sent = toldNow(state, context);
  return {
    state: sent,
    reason: 'released',
    drafts: [{ kind: 'still', because: by, channels: sent.announced, of: sent }],
  };
}

/** The WARNING stands in the digest to come: with what it waited with, else as one raise of its own. */
export function listedAgain(state: OpenAlert, { now, policy }: Pick<StepContext, 'now' | 'policy'>): OpenAlert {
  const { memory, raisedAt } = state;
  const { windowMs, routes } = policy;
  const waiting = relisted(memory.digest, now, windowMs);
  const listing = { at: raisedAt, epoch: memory.epoch, channels: routes.warning, now, windowMs };
  return { ...state, hold: null, memory: { ...memory, digest: waiting.length > 0 ? waiting : listed([], listing) } };
}

function dueAgain(state: OpenAlert, context: StepContext): Step {
  const { now } = context;
  const level = dueLevel(state, context);
  const escalated = level === null ? state : atLevel(state, level.index, level.channels);
  const escalation: Draft[] =
    level === null ? [] : [{ kind: 'escalation', because: null, channels: level.channels, of: escalated }];
  const remind = reminderAt(state, context);
  if (remind === null || remind > now) {
    return { state: escalated, reason: level ? 'escalated' : 'nothing_due', drafts: escalation };
  }
  const sent = toldNow(escalated, context);
  // Who has just been told by the escalation is not told the same a second time.
  const channels = knowing(state, context).filter((name) => !level?.channels.includes(name));
  const reminder: Draft[] = channels.length > 0 ? [{ kind: 'still', because: 'reminder', channels, of: sent }] : [];
  return { state: sent, reason: level ? 'escalated' : 'reminded', drafts: [...escalation, ...reminder] };
}

/** The highest level whose time has come, with the channels of all that were passed on the way. */
function dueLevel(state: OpenAlert, { now, policy }: StepContext): { index: number; channels: string[] } | null {
  const { escalation } = state;
  if (escalation === null) return null;
  const due = levelsOf(policy)
    .map(({ afterMs, channels }, index) => ({ afterMs, channels, index }))
    .filter(({ afterMs, index }) => index > escalation.level && escalation.since + afterMs <= now);
  const last = due.at(-1);
  return last
    ? {
        index: last.index,
        channels: union(
          due.flatMap((one) => [...one.channels]),
          [],
        ),
      }
    : null;
}

function atLevel(state: OpenAlert, level: number, channels: readonly string[]): OpenAlert {
  const announced = union(state.announced, channels);
  const { escalation, memory } = state;
  return {
    ...state,
    announced,
    escalation: escalation && { ...escalation, level },
    memory: { ...memory, told: union(memory.told, channels) },
  };
}
