import type { AlertParams } from '@yoban/shared/contracts/alert';
import {
  type AlertState,
  counted,
  insideWindow,
  type Memory,
  type OpenAlert,
  type ResolvedAlert,
} from './alert-state.ts';

/** A raise or clear, its own time in epoch ms. */
export interface AlertInput {
  kind: 'raise' | 'clear';
  level: 'critical' | 'warning';
  at: number;
  params: AlertParams;
  lastError: string | null;
}

export interface StepContext {
  now: number;
  windowMs: number;
  /** Channels a CRITICAL of this service goes to. */
  channels: readonly string[];
}

export type StepReason =
  | 'raised'
  | 'raised_inside_window'
  | 'repeated'
  | 'still_firing'
  | 'upgraded'
  | 'warning_kept'
  | 'late_raise'
  | 'raised_and_recovered'
  | 'recovered'
  | 'early_clear'
  | 'stale_clear';

/** A message the step asks for. The state that comes with it is the one the words are made from. */
export interface Draft {
  kind: 'raise' | 'still' | 'recovery';
  channels: readonly string[];
  of: OpenAlert | ResolvedAlert;
}

export interface Step {
  state: AlertState;
  reason: StepReason;
  drafts: Draft[];
}

/**
 * The alert state machine, pure. The transitions T0–T12 are listed in the README of the alerter: T1 first raise, T2 re-fire inside the
 * window, T3 repeat while open, T4 reminder after the window, T5 warning becomes critical, T9 recovery, T11 clear before raise.
 * A WARNING opens and resolves without a message here; its digest is a later feature.
 */
export function stepAlert(state: AlertState, input: AlertInput, context: StepContext): Step {
  if (input.kind === 'clear') return clear(state, input.at, context);
  if (state.st === 'open') return raiseOpen(state, input, context);
  return raiseClosed(state, input, context);
}

/** A moment in the past by the store's clock; one in the future was noted before the clock went back and proves nothing. */
const past = (at: number | null, now: number): at is number => at !== null && at <= now;

function raiseClosed(state: Exclude<AlertState, OpenAlert>, input: AlertInput, context: StepContext): Step {
  const { now, windowMs } = context;
  if (state.st === 'resolved' && past(state.resolvedAt, now) && input.at < state.resolvedAt) {
    return lateRaise(state, input, context);
  }
  const told = input.level === 'critical' && !insideWindow(state.memory, now, windowMs);
  const open = opened(state.memory, input, context, told);
  const drafts: Draft[] = told ? [{ kind: 'raise', channels: open.announced, of: open }] : [];
  if (past(state.tombAt, now) && input.at <= state.tombAt) {
    const over = clear(open, state.tombAt, context);
    return { state: over.state, reason: 'raised_and_recovered', drafts: [...drafts, ...over.drafts] };
  }
  const reason = input.level === 'warning' ? 'warning_kept' : told ? 'raised' : 'raised_inside_window';
  return { state: open, reason, drafts };
}

/** T11's twin: a raise of an incident that is over already. It was told then, so it only counts. */
function lateRaise(state: ResolvedAlert, input: AlertInput, { now, windowMs }: StepContext): Step {
  if (input.level === 'warning') return { state, reason: 'late_raise', drafts: [] };
  const next = { ...state, suppressed: state.suppressed + 1, memory: counted(state.memory, now, windowMs) };
  return { state: next, reason: 'late_raise', drafts: [] };
}

/** T1 when it is told, T2 when the window hides it. Each opening is an incident with a record of its own. */
function opened(memory: Memory, input: AlertInput, context: StepContext, told: boolean): OpenAlert {
  const hidden = input.level === 'critical' && !told;
  // The time makes the name of an incident its own even where the memory of earlier ones is gone (expired, or Redis was lost).
  const epoch = Math.max(memory.epoch + 1, context.now);
  const base = { ...memory, epoch, lastRaiseAt: input.at };
  const next = told
    ? { ...base, lastSentAt: context.now, told: [...context.channels] }
    : hidden
      ? counted(base, context.now, context.windowMs)
      : base;
  return {
    st: 'open',
    memory: next,
    level: input.level,
    raisedAt: input.at,
    suppressed: hidden ? 1 : 0,
    params: input.params,
    lastError: input.lastError,
    announced: input.level === 'critical' ? next.told : [],
    owed: hidden,
  };
}

function raiseOpen(state: OpenAlert, input: AlertInput, context: StepContext): Step {
  const { now, windowMs } = context;
  const fresh = withNewest(state, input, now);
  if (input.level === 'warning') {
    return { state: state.level === 'warning' ? fresh : state, reason: 'warning_kept', drafts: [] };
  }
  const upgrade = state.level === 'warning';
  const critical: OpenAlert = { ...fresh, level: 'critical' };
  if (insideWindow(state.memory, now, windowMs)) {
    const hidden: OpenAlert = {
      ...critical,
      suppressed: state.suppressed + 1,
      memory: counted(fresh.memory, now, windowMs),
      announced: union(state.announced, upgrade ? state.memory.told : []),
      owed: state.owed || upgrade,
    };
    return { state: hidden, reason: upgrade ? 'raised_inside_window' : 'repeated', drafts: [] };
  }
  const sent = toldAgain(critical, context);
  const kind = upgrade ? 'raise' : 'still';
  return {
    state: sent,
    reason: upgrade ? 'upgraded' : 'still_firing',
    drafts: [{ kind, channels: context.channels, of: sent }],
  };
}

/** T4: an open CRITICAL is told (again) now, which opens a new window. */
export function toldAgain(state: OpenAlert, { now, channels }: Pick<StepContext, 'now' | 'channels'>): OpenAlert {
  return {
    ...state,
    owed: false,
    announced: union(state.announced, channels),
    memory: { ...state.memory, lastSentAt: now, told: union(state.announced, channels) },
  };
}

function clear(state: AlertState, at: number, { now }: StepContext): Step {
  if (state.st === 'open') {
    if (past(state.memory.lastRaiseAt, now) && at < state.memory.lastRaiseAt) {
      return { state, reason: 'stale_clear', drafts: [] };
    }
    const { announced, owed: _owed, ...rest } = state;
    const over: ResolvedAlert = { ...rest, st: 'resolved', resolvedAt: at, tombAt: null };
    const drafts: Draft[] = announced.length > 0 ? [{ kind: 'recovery', channels: announced, of: over }] : [];
    return { state: over, reason: 'recovered', drafts };
  }
  const known = Math.max(state.memory.lastRaiseAt, state.st === 'resolved' ? state.resolvedAt : at - 1);
  if (past(known, now) && at <= known) return { state, reason: 'stale_clear', drafts: [] };
  return { state: { ...state, tombAt: Math.max(state.tombAt ?? at, at) }, reason: 'early_clear', drafts: [] };
}

/** T3: the newest message counts, unless this one is older than what is known. */
function withNewest(state: OpenAlert, input: AlertInput, now: number): OpenAlert {
  if (past(state.memory.lastRaiseAt, now) && input.at < state.memory.lastRaiseAt) return state;
  const memory = { ...state.memory, lastRaiseAt: input.at };
  return { ...state, memory, params: input.params, lastError: input.lastError };
}

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];
