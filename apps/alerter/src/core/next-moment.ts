import type { AlertState, OpenAlert } from './alert-state.ts';
import { levelsOf } from './rules.ts';
import type { StepContext } from './step.ts';

/**
 * When this alert is to be looked at again by the clock alone, epoch ms; null: never. What a silence or a parent holds back is
 * looked at when that is over, what the window holds back with the summary.
 */
export function nextMoment(state: AlertState, context: StepContext): number | null {
  if (state.st !== 'open') return null;
  const moments: number[] = [];
  if (state.endsAt !== null) moments.push(state.endsAt);
  if (state.ack !== null) moments.push(state.ack.at + context.policy.ackForMs);
  else if (state.hold === null && context.holder === null && state.level === 'critical') {
    const { escalation } = state;
    const level = escalation && levelsOf(context.policy)[escalation.level + 1];
    if (level) moments.push(escalation.since + level.afterMs);
    const reminder = reminderAt(state, context);
    if (reminder !== null) moments.push(reminder);
  }
  return moments.length > 0 ? Math.min(...moments) : null;
}

/** When an open CRITICAL that was told is told again (T4); null: only when its source raises it again. */
export function reminderAt({ memory, escalation }: OpenAlert, { policy }: Pick<StepContext, 'policy'>): number | null {
  if (policy.remindEveryMs === null || memory.lastSentAt === null || escalation === null) return null;
  return memory.lastSentAt + policy.remindEveryMs;
}
