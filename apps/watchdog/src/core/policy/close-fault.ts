import { endMilestones } from './milestones.ts';
import { tellRecovered } from './notices.ts';
import type { FaultState, OpenFault } from './policy-state.ts';
import { decide, isOpen, type PolicyWork } from './policy-work.ts';

/** Ends a fault: what was told is taken back, the incident says who ended it. */
export function closeFault(work: PolicyWork, name: string, { open, at }: OpenFault): FaultState {
  const { incidentId, takenUp, repairedAt, handled } = open;
  if (!takenUp) {
    decide(work, name, at === 'grace' ? 'supervisor_recovered' : 'healthy', 'before anything was done');
    return { at: 'healthy' };
  }
  // An action that merely ended well has not repaired what failed on after it.
  const repaired = repairedAt !== null;
  const recoveredBy = repaired ? 'yoban' : handled ? 'operator' : 'by-itself';
  tellRecovered(work, name, open, repaired);
  work.effects.push({ do: 'incident', incidentId, fault: name, change: 'closed', recoveredBy });
  decide(work, name, 'recovered', recoveredBy);
  return { at: 'healthy' };
}

/** Ends the faults that the file names no more, which somebody has edited: else their incident and their alert would stand for ever. */
export function closeRemovedFaults(work: PolicyWork): void {
  for (const [name, fault] of Object.entries(work.state.faults)) {
    if (work.policy.faults[name]) continue;
    endMilestones(work, name);
    if (!isOpen(fault)) continue;
    // From now on no other one that is removed leaves the end of their common alert to it.
    work.state.faults[name] = { at: 'unknown' };
    decide(work, name, 'policy_changed', fault.at);
    const { incidentId, takenUp } = fault.open;
    if (!takenUp) continue;
    tellRecovered(work, name, fault.open, false);
    const recoveredBy = 'operator';
    work.effects.push({ do: 'incident', incidentId, fault: name, change: 'closed', recoveredBy });
  }
}
