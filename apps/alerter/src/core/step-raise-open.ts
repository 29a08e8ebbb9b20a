import type { OpenAlert } from './alert-state.ts';
import { counted, insideWindow, past } from './dedup-window.ts';
import { heldReason, listing, wasListed } from './listing.ts';
import type { Draft, RaiseInput, Step, StepContext } from './step.ts';
import { isAcked } from './step-ack.ts';
import { listedAgain } from './step-clock.ts';
import { toldNow, union } from './told.ts';

/** A raise of an alert that is open: refreshed, counted, listed, told again (T4) or upgraded (T5). */
export function raiseOpen(state: OpenAlert, input: RaiseInput, context: StepContext): Step {
  if (isRefresh(state, input, context.now)) return { state: refreshed(state, input), reason: 'refreshed', drafts: [] };
  const fresh = withNewest(state, input, context.now);
  if (input.level === 'warning') {
    if (state.level === 'critical') return { state, reason: 'covered_by_critical', drafts: [] };
    return raiseWarning(fresh, input, context);
  }
  return state.level === 'warning' ? upgrade(fresh, context) : raiseCritical(fresh, context);
}

/** A sender that repeats itself while nothing has changed (Prometheus, each minute); of two of them one may have seen it begin earlier. */
function isRefresh({ level, memory }: OpenAlert, { at, endsAt, level: raised }: RaiseInput, now: number): boolean {
  if (endsAt === null || raised !== level) return false;
  return at === memory.lastRaiseAt || (past(memory.lastRaiseAt, now) && at < memory.lastRaiseAt);
}

/** Only the end of the alert moves; what began earlier brings no newer words, and never an earlier end. */
function refreshed(state: OpenAlert, { at, endsAt, params, text }: RaiseInput): OpenAlert {
  if (at === state.memory.lastRaiseAt) return { ...state, endsAt, params, text };
  return { ...state, endsAt: state.endsAt && endsAt && Math.max(state.endsAt, endsAt) };
}

/** T6 again: the digest of each bucket lists it while it is raised. */
function raiseWarning(state: OpenAlert, input: RaiseInput, context: StepContext): Step {
  const { holder } = context;
  if (holder) {
    const next = state.hold ? { ...state, hold: holder } : state;
    return { state: next, reason: heldReason(holder), drafts: [] };
  }
  // What held it back is over, and this raise comes before the look that would have told it.
  if (state.hold) return { state: listedAgain(state, context), reason: 'released', drafts: [] };
  const digest = listing(state.memory, input.at, context);
  return { state: { ...state, memory: { ...state.memory, digest } }, reason: wasListed(context), drafts: [] };
}

/** T5: worse than a WARNING is news, whoever looked after that; it is told at once unless something holds it back. */
function upgrade(state: OpenAlert, context: StepContext): Step {
  const { now, policy, holder } = context;
  const critical: OpenAlert = { ...state, level: 'critical', ack: null };
  if (holder) {
    const held = { ...critical, hold: holder, suppressed: state.suppressed + 1 };
    return { state: held, reason: heldReason(holder), drafts: [] };
  }
  if (insideWindow(state.memory, now, policy.windowMs)) {
    const hidden: OpenAlert = {
      ...critical,
      hold: { by: 'window' },
      suppressed: state.suppressed + 1,
      memory: counted(state.memory, now, policy.windowMs),
      announced: union(state.announced, state.memory.told),
    };
    return { state: hidden, reason: 'raised_inside_window', drafts: [] };
  }
  const sent = toldNow(critical, context);
  const draft: Draft = { kind: 'raise', because: null, channels: sent.announced, of: sent };
  return { state: sent, reason: 'upgraded', drafts: [draft] };
}

/** T3 inside the window, T4 outside it. */
function raiseCritical(state: OpenAlert, context: StepContext): Step {
  const { now, policy, holder } = context;
  const more = { ...state, suppressed: state.suppressed + 1 };
  if (holder) {
    const held = state.hold ? { ...more, hold: holder } : more;
    return { state: held, reason: heldReason(holder), drafts: [] };
  }
  const wasHeld = state.hold?.by === 'silence' || state.hold?.by === 'parent';
  const hidden = insideWindow(state.memory, now, policy.windowMs) && !(wasHeld && policy.rearmOnRecovery);
  if (hidden || isAcked(state, context)) {
    const hold = wasHeld ? ({ by: 'window' } as const) : state.hold;
    const next = { ...more, hold, memory: counted(state.memory, now, policy.windowMs) };
    return { state: next, reason: 'repeated', drafts: [] };
  }
  const sent = toldNow(state, context);
  const because = state.hold?.by ?? 'reminder';
  const draft: Draft = { kind: 'still', because, channels: sent.announced, of: sent };
  return { state: sent, reason: wasHeld ? 'released' : 'still_firing', drafts: [draft] };
}

/** T3: the newest message counts, unless this one is older than what is known. */
function withNewest(state: OpenAlert, input: RaiseInput, now: number): OpenAlert {
  if (past(state.memory.lastRaiseAt, now) && input.at < state.memory.lastRaiseAt) return state;
  const { params, lastError, labels, text, endsAt } = input;
  return { ...state, memory: { ...state.memory, lastRaiseAt: input.at }, params, lastError, labels, text, endsAt };
}
