import { z } from 'zod';
import { type Effect, quiet, type Step } from './effect.ts';

const Running = z.object({
  pid: z.int(),
  startTicks: z.number(),
  startedAt: z.number(),
  under: z.string().nullable().default(null),
});
/**
 * A process that cannot be mistaken for another one with the same number. `startedAt` in epoch ms; `under` is the life of the
 * supervisor in which it was first seen, null where that is not known.
 */
export type Running = z.infer<typeof Running>;

/** What became of the process that is missing: the one before, and the attempts seen since. */
const Gap = {
  since: z.number(),
  lost: Running.nullable(),
  candidate: Running.nullable(),
  attempts: z.int(),
  exhausted: z.boolean(),
};

/**
 * UP, GRACE (the supervisor's time to bring it back), DOWN (told), MAINTENANCE (announced work: watched, not told).
 * `unstable` counts restarts in a row without a stable run between them, `total` all that the supervisor counted.
 */
export const ProcessState = z.intersection(
  z.discriminatedUnion('at', [
    z.object({ at: z.literal('up'), process: Running }),
    z.object({ at: z.literal('grace'), ...Gap, why: z.enum(['first-look', 'exit', 'maintenance-over']) }),
    z.object({ at: z.literal('down'), ...Gap, incidentId: z.string() }),
    z.object({ at: z.literal('maintenance'), ...Gap }),
  ]),
  z.object({ total: z.int(), unstable: z.int() }),
);
export type ProcessState = z.infer<typeof ProcessState>;

export type ProcessEvent =
  | {
      type: 'look';
      process: Running | null;
      /** When the last answered liveness request was sent; null when none was. */
      answeredAt: number | null;
      /** Nobody has had the time yet to ask this process whether it answers. */
      unasked: boolean;
      maintenance: boolean;
    }
  | { type: 'supervisor'; gaveUp: boolean; restarts: number | null };

export interface ProcessPolicy {
  service: string;
  supervisor: string;
  graceMs: number;
  /** For the first look of all, at a service that may just be starting. */
  firstGraceMs: number;
  /** A run of this length makes the restarts before it count no more. */
  minUptimeMs: number;
  restartLimit: number | null;
  hasLiveness: boolean;
  /** Since when the process is missing, a repair of ours was under way. */
  repairedSince?: (since: number) => boolean;
}

/**
 * Without a liveness address, a process counts as back when it has run for this long: beyond the start that most crash loops end in, and
 * short enough for its notice to be at the receiver within a second of the crash.
 */
const settleMs = 600;

type Gapped = Exclude<ProcessState, { at: 'up' }>;

/** The state before anything was seen. */
export const unseenProcess = (now: number): ProcessState => ({
  at: 'grace',
  why: 'first-look',
  since: now,
  lost: null,
  candidate: null,
  attempts: 0,
  exhausted: false,
  total: 0,
  unstable: 0,
});

/**
 * One step of the process fault at `now` (epoch ms). Edge-triggered: a fall is told once, when the grace is over or the
 * supervisor has given up; back within the grace is one INFO. Back means: a new process runs and answers, so a crash loop
 * is not announced as recovered at each attempt.
 */
export function stepProcess(
  state: ProcessState,
  event: ProcessEvent,
  policy: ProcessPolicy,
  now: number,
): Step<ProcessState> {
  if (event.type === 'supervisor') return heardSupervisor(state, event);
  if (state.at === 'up') return lookWhileUp(state, event, policy, now);
  if (event.process && same(event.process, state.lost)) return seenAgain(state, event.process, now);
  const seen = withCandidate(state, event.process);
  const attempt = seen === state ? null : 'attempt';
  if (isBack(seen, event, policy, now)) return comeBack(seen, policy, now);
  switch (seen.at) {
    case 'down':
      return quiet(seen, attempt);
    case 'maintenance':
      if (event.maintenance) return quiet(seen, attempt);
      return quiet({ ...seen, at: 'grace', why: 'maintenance-over', since: now }, 'maintenance_over');
    case 'grace':
      if (event.maintenance) return quiet({ ...seen, at: 'maintenance' }, 'maintenance');
      // After a time away the first look may find the grace over and a process that only needs to be asked.
      if (event.process && event.unasked) return quiet(seen, attempt);
      return graceOver(seen, policy, now) ? goDown(seen, policy, now) : quiet(seen, attempt);
    default:
      return seen satisfies never;
  }
}

const same = (a: Running | null, b: Running | null): boolean =>
  a !== null && b !== null && a.pid === b.pid && a.startTicks === b.startTicks;

function heardSupervisor(
  state: ProcessState,
  event: Extract<ProcessEvent, { type: 'supervisor' }>,
): Step<ProcessState> {
  const counted = { ...state, total: event.restarts ?? state.total };
  if (counted.at === 'up' || !event.gaveUp || counted.exhausted) {
    return quiet(counted, counted.total === state.total ? null : 'counted');
  }
  const effects: Effect[] =
    counted.at === 'down' ? [{ do: 'amend', incidentId: counted.incidentId, cause: causes.exhausted }] : [];
  return { state: { ...counted, exhausted: true }, effects, reason: 'supervisor_gave_up' };
}

type Look = Extract<ProcessEvent, { type: 'look' }>;

function lookWhileUp(
  state: Extract<ProcessState, { at: 'up' }>,
  look: Look,
  policy: ProcessPolicy,
  now: number,
): Step<ProcessState> {
  if (same(state.process, look.process)) return quiet(state);
  const { process: lost, total, unstable } = state;
  // Gone and back between two looks: it was lost no later than its successor began.
  const since = Math.min(now, look.process?.startedAt ?? now);
  const gap = { since, lost, candidate: null, attempts: 0, exhausted: false, total, unstable };
  const fallen: ProcessState = look.maintenance ? { at: 'maintenance', ...gap } : { at: 'grace', why: 'exit', ...gap };
  const next = stepProcess(fallen, look, policy, now);
  return { ...next, reason: next.reason ?? 'process_gone' };
}

function withCandidate(state: Gapped, process: Running | null): Gapped {
  if (!process || same(process, state.candidate) || same(process, state.lost)) return state;
  return { ...state, candidate: process, attempts: state.attempts + 1 };
}

function isBack(state: Gapped, { process, answeredAt }: Look, policy: ProcessPolicy, now: number): boolean {
  if (!process || same(process, state.lost)) return false;
  if (!policy.hasLiveness) return now - process.startedAt >= settleMs;
  return answeredAt !== null && answeredAt >= process.startedAt;
}

/** When a process that is expected back will have run for long enough (epoch ms); null where an answer is waited for, or nothing. */
export const settlesAt = (state: ProcessState, { hasLiveness }: Pick<ProcessPolicy, 'hasLiveness'>): number | null =>
  state.at === 'up' || hasLiveness || !state.candidate ? null : state.candidate.startedAt + settleMs;

/** It was never gone, only its supervisor was out of reach: no restart is counted or told. */
function seenAgain(state: Gapped, process: Running, now: number): Step<ProcessState> {
  const up: ProcessState = { at: 'up', process, total: state.total, unstable: state.unstable };
  return state.at === 'down' ? recovered(state, up, 'by-itself', now) : quiet(up, 'seen_again');
}

function recovered(
  { incidentId, since }: Extract<ProcessState, { at: 'down' }>,
  up: ProcessState,
  recoveredBy: string,
  now: number,
): Step<ProcessState> {
  const params = { downMs: Math.max(0, now - since) };
  const clear: Effect = { do: 'clear', incidentId, alertType: 'process_down', recoveredBy, params };
  return { state: up, effects: [clear], reason: 'recovered' };
}

function comeBack(state: Gapped, policy: ProcessPolicy, now: number): Step<ProcessState> {
  if (!state.candidate) return quiet(state);
  const unstable = unstableAfter(state, policy);
  const up: ProcessState = { at: 'up', process: state.candidate, total: state.total, unstable };
  if (state.at === 'down') return recovered(state, up, recovererOf(state, policy), now);
  if (state.at === 'maintenance' || state.why !== 'exit') return quiet(up, 'up');
  const inform: Effect = {
    do: 'inform',
    incidentId: incidentIdOf(policy.service, state.since),
    alertType: 'process_restarted',
    detectedAt: state.since,
    cause: causes.exit,
    recoveredBy: 'supervisor',
    params: {
      supervisor: policy.supervisor,
      supervisorToo: hasNewSupervisor(state),
      restarts: unstable,
      restartLimit: policy.restartLimit,
      downMs: Math.max(0, now - state.since),
    },
  };
  return { state: up, effects: [inform], reason: 'restarted' };
}

const recovererOf = (state: Gapped, { repairedSince }: ProcessPolicy): string =>
  repairedSince?.(state.since) ? 'yoban' : state.exhausted ? 'operator' : 'supervisor';

/** Its supervisor ended and came back as well (a new container, a new daemon), and counts from nothing. */
const hasNewSupervisor = ({ lost, candidate }: Gapped): boolean =>
  typeof lost?.under === 'string' && typeof candidate?.under === 'string' && lost.under !== candidate.under;

function unstableAfter(state: Gapped, policy: ProcessPolicy): number {
  if (hasNewSupervisor(state)) return 0;
  // A supervisor that gave up does not come back by itself: somebody started it, with a fresh budget.
  if (!state.lost || (state.exhausted && state.candidate)) return state.lost ? 0 : state.unstable;
  const stable = state.since - state.lost.startedAt >= policy.minUptimeMs;
  return (stable ? 0 : state.unstable) + state.attempts;
}

const graceOver = (state: Extract<ProcessState, { at: 'grace' }>, policy: ProcessPolicy, now: number): boolean => {
  if (state.exhausted) return true;
  return now - state.since >= (state.why === 'first-look' ? policy.firstGraceMs : policy.graceMs);
};

const causes = { exit: 'exit', exhausted: 'supervisor_gave_up', grace: 'grace_over' } as const;

function goDown(state: Extract<ProcessState, { at: 'grace' }>, policy: ProcessPolicy, now: number): Step<ProcessState> {
  const { why: _, ...gap } = state;
  const incidentId = incidentIdOf(policy.service, state.since);
  const waitedMs = state.why === 'first-look' ? now - state.since : policy.graceMs;
  const raise: Effect = {
    do: 'raise',
    incidentId,
    alertType: 'process_down',
    detectedAt: state.since,
    cause: state.exhausted ? causes.exhausted : causes.grace,
    params: {
      graceS: Math.round(waitedMs / 100) / 10,
      exhausted: state.exhausted,
      supervisor: policy.supervisor,
      // Giving up means that the whole budget is spent, also of attempts too short for us to see.
      restarts: state.exhausted ? policy.restartLimit : unstableAfter(state, policy),
      restartLimit: policy.restartLimit,
    },
  };
  return { state: { ...gap, at: 'down', incidentId }, effects: [raise], reason: raise.cause };
}

const incidentIdOf = (service: string, since: number): string => `${service}-process-${since}`;

/** Restarts in a row that count now: none after a stable run. */
export const unstableNow = (state: ProcessState, minUptimeMs: number, now: number): number =>
  state.at === 'up' && now - state.process.startedAt >= minUptimeMs ? 0 : state.unstable;
