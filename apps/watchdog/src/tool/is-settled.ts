import type { FaultAt, PolicyState } from '../core/policy/policy-state.ts';
import { isOpen } from '../core/policy/policy-work.ts';

const underWay: readonly FaultAt[] = ['suspect', 'faulted', 'grace', 'judging', 'backoff', 'repairing', 'verifying'];

/** Everything that is looked at by the clock was seen since then (epoch ms), and nothing is under way that would end by itself soon. */
export function isSettled(state: PolicyState, since: number): boolean {
  const probes = Object.values(state.probes).filter(({ dueAt }) => dueAt !== null);
  const seen = probes.every(({ seen: look }) => look !== null && look.endedAt >= since);
  const doubtful = probes.some(({ standing, bad, good }) => (standing === 'failing' ? good > 0 : bad > 0));
  const faults = Object.values(state.faults);
  const busy = faults.some(({ at }) => underWay.includes(at));
  const settling = faults.some((fault) => isOpen(fault) && fault.open.wellSince !== null);
  return seen && !doubtful && !busy && !settling && state.milestones.length === 0;
}
