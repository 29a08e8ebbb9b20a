import type { PolicyDecision, PolicyEffect, PolicyReason } from './policy-effect.ts';
import type { ServicePolicy } from './policy-rules.ts';
import type { Open, OpenFault, PolicyState, ProbeStanding } from './policy-state.ts';

/** One step under way: a copy of the state that the parts of the engine change in turn. Never leaves stepPolicy. */
export interface PolicyWork {
  state: PolicyState;
  policy: ServicePolicy;
  now: number;
  effects: PolicyEffect[];
  decisions: PolicyDecision[];
}

export function decide(work: PolicyWork, fault: string | null, reason: PolicyReason, detail = ''): void {
  work.decisions.push({ fault, reason, detail });
}

/** Asks for looks that begin now or later. A look under way began earlier, so that probe is looked at once more after it. */
export function ask(work: PolicyWork, probes: readonly string[]): void {
  for (const name of new Set(probes)) {
    const probe = work.state.probes[name];
    if (!probe) continue;
    if (probe.lookingSince === null) beginLook(work, name, probe, false);
    else if (probe.lookingSince < work.now) probe.again = true;
  }
}

export function beginLook(work: PolicyWork, name: string, probe: ProbeStanding, scheduled: boolean): void {
  probe.lookingSince = work.now;
  probe.scheduled = scheduled;
  work.effects.push({ do: 'look', probe: name });
}

/** What a look that began at or after `since` found; undefined while there is none. */
export function freshOf(work: PolicyWork, probe: string, since: number): ProbeStanding['seen'] | undefined {
  const seen = work.state.probes[probe]?.seen;
  return seen && seen.beganAt >= since ? seen : undefined;
}

/** Longest time limit of some probes, and a little for the way to them; ms. */
export const lookLimitMs = (work: PolicyWork, probes: readonly string[]): number =>
  Math.max(0, ...probes.map((name) => work.policy.probes[name]?.timeout ?? 0)) + 5_000;

/** The fault whose repair is under way, or `kick`; null when the service may be acted on. */
export function slotHolder(state: PolicyState): string | null {
  if (state.kick?.attempt) return 'kick';
  for (const [name, fault] of Object.entries(state.faults))
    if (fault.at === 'repairing' || fault.at === 'verifying') return name;
  return null;
}

/** The action under way, by the name of its start. */
export function attemptUnderWay(state: PolicyState): string | null {
  if (state.kick?.attempt) return state.kick.attempt;
  const repairing = Object.values(state.faults).find((fault) => fault.at === 'repairing');
  return repairing?.attempt ?? null;
}

/** Why we must not act or tell now, or null. */
export function holdNow({ state, now }: PolicyWork): Extract<OpenFault, { at: 'held' }>['why'] | null {
  if (state.maintenance && state.maintenance.until > now) return 'maintenance';
  if (state.deploying) return 'deploying';
  return state.blockedBy.length > 0 ? 'blocked' : null;
}

export const isOpen = (fault: PolicyState['faults'][string] | undefined): fault is OpenFault =>
  fault !== undefined && 'open' in fault;

/** What the failing probes of a fault say, one line. */
export function causeOf(work: PolicyWork, probes: readonly string[]): string {
  const failing = probes.flatMap((name) => {
    const probe = work.state.probes[name];
    return probe?.standing === 'failing' ? [`${name}: ${probe.seen?.detail ?? 'failing'}`] : [];
  });
  return failing.join('; ').slice(0, 300);
}

export const newOpen = (incidentId: string, detectedAt: number): Open => ({
  ...{
    incidentId,
    detectedAt,
    beganAt: null,
    confirmedAt: null,
    takenUp: false,
    failures: 1,
    prev: 'none',
    told: {},
    suppressing: [],
  },
  ...{ mustPass: [], tried: [], repairedAt: null, handled: false, beside: false, wellSince: null, wouldHaveRun: [] },
});

/** Somebody is at work on the service by our order: what the built-in watches see meanwhile is our own doing. */
export const isActing = (state: PolicyState): boolean => slotHolder(state) !== null;

/** People were told of a critical fault by us, and it stands. */
export const tellsCritical = (state: PolicyState): boolean =>
  Object.values(state.faults).some(
    (fault) =>
      isOpen(fault) && Object.values(fault.open.told).some(({ level, by }) => level === 'critical' && by === 'us'),
  );
