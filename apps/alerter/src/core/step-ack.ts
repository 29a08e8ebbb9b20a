import type { AlertState, OpenAlert } from './alert-state.ts';
import type { AlertInput, Draft, Step, StepContext } from './step.ts';

type Input<K extends AlertInput['kind']> = Extract<AlertInput, { kind: K }>;

/** T13: somebody looks after it. Reminders and escalation stop until the acknowledgement lapses; the recovery is still sent. */
export function stepAck(state: AlertState, { epoch, by, note }: Input<'ack'>, { now }: StepContext): Step {
  if (state.st !== 'open' || state.memory.epoch !== epoch) return { state, reason: 'not_open', drafts: [] };
  const acked: OpenAlert = { ...state, ack: { by, at: now, note } };
  const drafts: Draft[] =
    state.announced.length > 0 ? [{ kind: 'ack', because: null, channels: state.announced, of: acked }] : [];
  return { state: acked, reason: 'acked', drafts };
}

/** T13 taken back: nobody looks after it, and the time to the next level counts anew. */
export function stepUnack(state: AlertState, { epoch }: Input<'unack'>, { now }: StepContext): Step {
  if (state.st !== 'open' || state.memory.epoch !== epoch) return { state, reason: 'not_open', drafts: [] };
  if (state.ack === null) return { state, reason: 'not_acked', drafts: [] };
  return { state: withoutAck(state, now), reason: 'unacked', drafts: [] };
}

/** From now on nobody has said that they look after it. */
export function withoutAck(state: OpenAlert, now: number): OpenAlert {
  return { ...state, ack: null, escalation: state.escalation && { ...state.escalation, since: now } };
}

/** True while an acknowledgement holds. */
export const isAcked = (state: OpenAlert, { now, policy }: Pick<StepContext, 'now' | 'policy'>): boolean =>
  state.ack !== null && now - state.ack.at < policy.ackForMs;
