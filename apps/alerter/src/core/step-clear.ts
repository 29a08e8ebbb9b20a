import type { AlertState, ResolvedAlert } from './alert-state.ts';
import { past } from './dedup-window.ts';
import type { Draft, Step, StepContext } from './step.ts';

/**
 * T9: the recovery of an open alert goes to every channel that was told; nothing holds it back. T10: one that was not told yet
 * has its recovery in the line of its digest. T11: a clear that overtook its raise is kept as a tomb.
 */
export function stepClear(state: AlertState, at: number, { now }: Pick<StepContext, 'now'>): Step {
  if (state.st === 'open') {
    if (past(state.memory.lastRaiseAt, now) && at < state.memory.lastRaiseAt) {
      return { state, reason: 'stale_clear', drafts: [] };
    }
    const { announced, hold: _hold, ack: _ack, escalation: _escalation, endsAt: _endsAt, ...rest } = state;
    const over: ResolvedAlert = { ...rest, st: 'resolved', resolvedAt: at, tombAt: null };
    const recovery: Draft = { kind: 'recovery', because: null, channels: announced, of: over };
    return { state: over, reason: 'recovered', drafts: announced.length > 0 ? [recovery] : [] };
  }
  const known = Math.max(state.memory.lastRaiseAt, state.st === 'resolved' ? state.resolvedAt : at - 1);
  if (past(known, now) && at <= known) return { state, reason: 'stale_clear', drafts: [] };
  return { state: { ...state, tombAt: Math.max(state.tombAt ?? at, at) }, reason: 'early_clear', drafts: [] };
}
