import type { OpenAlert } from './alert-state.ts';
import { levelsOf } from './rules.ts';
import type { StepContext } from './step.ts';

type Moment = Pick<StepContext, 'now' | 'policy'>;

/** T1, T4: an open CRITICAL is told now, which opens a new window and, the first time, begins its escalation. */
export function toldNow(state: OpenAlert, { now, policy }: Moment): OpenAlert {
  const channels = levelsOf(policy)[0].channels;
  const announced = union(state.announced, channels);
  return {
    ...state,
    hold: null,
    announced,
    escalation: state.escalation ?? { level: 0, since: now },
    memory: { ...state.memory, lastSentAt: now, told: announced },
  };
}

/** Whom a message about an alert that was told before reaches: all who know of it, and those who are told first. */
export const knowing = (state: OpenAlert, { policy }: Pick<StepContext, 'policy'>): string[] =>
  union(state.announced, levelsOf(policy)[0].channels);

export const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];
