import { tellRecovered } from './notices.ts';
import type { FaultState, OpenFault } from './policy-state.ts';
import { decide, type PolicyWork } from './policy-work.ts';

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
