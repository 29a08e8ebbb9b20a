import { z } from 'zod';
import { type Effect, quiet, type Step } from './effect.ts';

export const LivenessState = z.discriminatedUnion('at', [
  z.object({ at: z.literal('unknown') }),
  z.object({ at: z.literal('up') }),
  z.object({ at: z.literal('failing'), fails: z.int(), since: z.number() }),
  z.object({
    at: z.literal('down'),
    since: z.number(),
    incidentId: z.string(),
    /** False while another fault explains it: it is told when that one is over and this one is not. */
    told: z.boolean(),
    passes: z.int(),
  }),
]);
export type LivenessState = z.infer<typeof LivenessState>;

export type LivenessEvent = { type: 'answered' } | { type: 'failed'; timedOut: boolean; detail: string };

export interface LivenessPolicy {
  service: string;
  host: string;
  /** Failures in a row that make a fault; one full time limit without an answer makes one alone. */
  fall: number;
  /** Our repair brought it back, if it is back now. */
  repaired?: boolean;
}

/**
 * Why nothing is told: announced work or a repair of ours, a process that is gone (its own fault), a damaged database or a fault of the
 * service's policy that people know of (this is its child).
 */
export type Hold = 'maintenance' | 'process' | 'database' | 'policy' | null;

const rise = 2;

/** One step of "the process runs but does not answer" at `now` (epoch ms). */
export function stepLiveness(
  state: LivenessState,
  event: LivenessEvent,
  policy: LivenessPolicy & { hold: Hold },
  now: number,
): Step<LivenessState> {
  const { hold } = policy;
  const open = state.at === 'down' && state.told;
  if ((hold === 'process' || hold === 'maintenance') && event.type === 'failed') {
    return open ? quiet({ ...state, passes: 0 }) : quiet({ at: 'unknown' });
  }
  return event.type === 'answered' ? answered(state, policy.repaired ?? false) : failed(state, event, policy, now);
}

function answered(state: LivenessState, repaired: boolean): Step<LivenessState> {
  if (state.at !== 'down') return quiet({ at: 'up' }, state.at === 'failing' ? 'answers_again' : null);
  if (state.passes + 1 < rise) return quiet({ ...state, passes: state.passes + 1 });
  const { incidentId } = state;
  const clear: Effect = {
    do: 'clear',
    incidentId,
    alertType: 'health_unreachable',
    recoveredBy: repaired ? 'yoban' : 'by-itself',
    params: {},
  };
  return { state: { at: 'up' }, effects: state.told ? [clear] : [], reason: 'recovered' };
}

function failed(
  state: LivenessState,
  event: Extract<LivenessEvent, { type: 'failed' }>,
  policy: LivenessPolicy & { hold: Hold },
  now: number,
): Step<LivenessState> {
  if (state.at === 'down') {
    if (state.told || policy.hold !== null) return quiet({ ...state, passes: 0 });
    return tell({ ...state, passes: 0 }, event.detail, policy);
  }
  const before = state.at === 'failing' ? state : { fails: 0, since: now };
  const fails = before.fails + 1;
  if (fails < policy.fall && !event.timedOut) {
    return quiet({ at: 'failing', fails, since: before.since }, fails === 1 ? 'no_answer' : null);
  }
  const incidentId = `${policy.service}-liveness-${before.since}`;
  const down = { at: 'down', since: before.since, incidentId, told: false, passes: 0 } as const;
  if (policy.hold !== null) return quiet(down, `child_of_${policy.hold}`);
  return tell(down, event.detail, policy);
}

function tell(
  state: Extract<LivenessState, { at: 'down' }>,
  detail: string,
  { host }: LivenessPolicy,
): Step<LivenessState> {
  const raise: Effect = {
    do: 'raise',
    incidentId: state.incidentId,
    alertType: 'health_unreachable',
    detectedAt: state.since,
    cause: detail,
    params: { host, detail },
  };
  return { state: { ...state, told: true }, effects: [raise], reason: 'not_answering' };
}
