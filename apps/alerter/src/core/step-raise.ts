import type { AlertState, Hold, OpenAlert, ResolvedAlert } from './alert-state.ts';
import { counted, insideWindow, past } from './dedup-window.ts';
import { heldReason, listing, wasListed } from './listing.ts';
import { levelsOf } from './rules.ts';
import type { Draft, RaiseInput, Step, StepContext, StepReason } from './step.ts';
import { stepClear } from './step-clear.ts';
import { raiseOpen } from './step-raise-open.ts';

/** A raise: of a new incident (T1, T2, T6), of one that is open (T3–T6), or one that came too late (T11). */
export function stepRaise(state: AlertState, input: RaiseInput, context: StepContext): Step {
  const step = state.st === 'open' ? raiseOpen(state, input, context) : raiseClosed(state, input, context);
  if (step.state.st !== 'open' || step.state.endsAt === null || step.state.endsAt > context.now) return step;
  // T15 while it was on its way: told and recovered back to back, so that nobody waits for its end.
  const over = stepClear(step.state, Math.max(step.state.endsAt, step.state.memory.lastRaiseAt), context);
  return { state: over.state, reason: 'raised_and_recovered', drafts: [...step.drafts, ...over.drafts] };
}

function raiseClosed(state: Exclude<AlertState, OpenAlert>, input: RaiseInput, context: StepContext): Step {
  const { now } = context;
  if (state.st === 'resolved' && past(state.resolvedAt, now) && input.at < state.resolvedAt) {
    return lateRaise(state, input, context);
  }
  const { open, reason } = opened(state, input, context);
  const drafts: Draft[] =
    reason === 'raised' ? [{ kind: 'raise', because: null, channels: open.announced, of: open }] : [];
  if (past(state.tombAt, now) && input.at <= state.tombAt) {
    const over = stepClear(open, state.tombAt, context);
    return { state: over.state, reason: 'raised_and_recovered', drafts: [...drafts, ...over.drafts] };
  }
  return { state: open, reason, drafts };
}

/** T11's twin: a raise of an incident that is over already. It was told then, so it only counts. */
function lateRaise(state: ResolvedAlert, input: RaiseInput, context: StepContext): Step {
  const { now, policy, holder } = context;
  const { memory } = state;
  if (input.level === 'warning') {
    const digest = holder ? memory.digest : listing(memory, input.at, context);
    return { state: { ...state, memory: { ...memory, digest } }, reason: 'late_raise', drafts: [] };
  }
  const noted = holder ? memory : counted(memory, now, policy.windowMs);
  const next = { ...state, suppressed: state.suppressed + 1, memory: noted };
  return { state: next, reason: 'late_raise', drafts: [] };
}

/** T1 when it is told, T2 when the window hides it, T6 for a WARNING. Each opening is an incident with a record of its own. */
function opened(
  state: Exclude<AlertState, OpenAlert>,
  input: RaiseInput,
  context: StepContext,
): { open: OpenAlert; reason: StepReason } {
  const { now, policy } = context;
  // The time makes the name of an incident its own even where the memory of earlier ones is gone (expired, or Redis was lost).
  const epoch = Math.max(state.memory.epoch + 1, input.epoch ?? now);
  const memory = { ...state.memory, epoch, lastRaiseAt: input.at };
  const blank: OpenAlert = {
    st: 'open',
    memory,
    level: input.level,
    raisedAt: input.at,
    suppressed: 0,
    params: input.params,
    lastError: input.lastError,
    labels: input.labels,
    text: input.text,
    announced: [],
    hold: holdOf(state, input, context),
    ack: null,
    escalation: null,
    endsAt: input.endsAt,
  };
  if (context.holder) {
    return { open: { ...blank, suppressed: input.level === 'critical' ? 1 : 0 }, reason: heldReason(context.holder) };
  }
  if (input.level === 'warning') {
    const digest = listing(memory, input.at, context);
    return { open: { ...blank, memory: { ...memory, digest } }, reason: wasListed(context) };
  }
  if (blank.hold?.by === 'window') {
    const hidden = { memory: counted(memory, now, policy.windowMs), suppressed: 1, announced: memory.told };
    return { open: { ...blank, ...hidden }, reason: 'raised_inside_window' };
  }
  const channels = [...levelsOf(policy)[0].channels];
  const told = { announced: channels, escalation: { level: 0, since: now } };
  return { open: { ...blank, ...told, memory: { ...memory, lastSentAt: now, told: channels } }, reason: 'raised' };
}

function holdOf(state: AlertState, input: RaiseInput, { now, policy, holder }: StepContext): Hold | null {
  if (holder) return holder;
  if (input.level === 'warning' || !insideWindow(state.memory, now, policy.windowMs)) return null;
  return policy.rearmOnRecovery && state.st === 'resolved' ? null : { by: 'window' };
}
