import { closeFault } from './close-fault.ts';
import { judge } from './judge.ts';
import { tellOwed } from './notices.ts';
import { probesOfFault } from './policy-rules.ts';
import { type FaultState, type Open, type OpenFault, settleMs } from './policy-state.ts';
import { ask, causeOf, decide, freshOf, holdNow, isOpen, newOpen, type PolicyWork } from './policy-work.ts';
import { advanceBackoff, advanceVerifying } from './repair.ts';
import { verdictOf } from './step-probes.ts';

/** Evidence that takes longer does not keep a repair waiting. */
const evidenceLimitMs = 20_000;
/** How often a probe is looked at that a repair has failed and that must pass before the fault is over. */
const proveEveryMs = 10_000;
const graceLookEveryMs = 1_000;
/** A fault takes a few turns for one event; more would be a circle. */
const turnsMax = 50;

/** Lets a fault go as far as it can now. */
export function advanceFault(work: PolicyWork, name: string): void {
  const before = work.state.faults[name];
  if (isOpen(before) && work.state.toldElsewhere === 'open') before.open.beside = true;
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const fault = work.state.faults[name];
    const next = fault && advanceOnce(work, name, fault);
    if (!next) break;
    work.state.faults[name] = next;
  }
  const fault = work.state.faults[name];
  if (isOpen(fault) && fault.open.takenUp && holdNow(work) === null) tellOwed(work, name, fault.open);
}

/** The next state, or null when there is something to wait for. */
function advanceOnce(work: PolicyWork, name: string, fault: FaultState): FaultState | null {
  if (!isOpen(fault)) return advanceQuiet(work, name, fault);
  if (fault.at === 'repairing') return null;
  if (fault.at === 'verifying') return advanceVerifying(work, name, fault);
  if (isOver(work, name, fault)) return closeFault(work, name, fault);
  return advanceOpen(work, name, fault);
}

function advanceQuiet(work: PolicyWork, name: string, fault: Exclude<FaultState, OpenFault>): FaultState | null {
  const verdict = verdictOf(work, name);
  if (verdict === 'failing') return detect(work, name);
  if (verdict === fault.at) return null;
  if (verdict === 'suspect') decide(work, name, 'suspect');
  else if (fault.at === 'suspect') decide(work, name, 'suspect_over', verdict);
  return { at: verdict };
}

function detect(work: PolicyWork, name: string): FaultState {
  const config = work.policy.faults[name];
  const probes = config ? probesOfFault(config) : [];
  const since = probes.flatMap((probe) => work.state.probes[probe]?.badSince ?? []);
  const detectedAt = Math.min(work.now, ...since);
  const open = {
    ...newOpen(`${work.policy.service}-${name}-${detectedAt}`, detectedAt),
    ...{ beganAt: lastWellAt(work, probes), confirmedAt: work.now },
  };
  decide(work, name, 'detected', causeOf(work, probes));
  const items = config?.evidence ?? [];
  if (items.length === 0) return { at: 'faulted', open, until: work.now };
  work.effects.push({ do: 'evidence', fault: name, incidentId: open.incidentId, items });
  return { at: 'faulted', open, until: work.now + evidenceLimitMs };
}

/** When those that fail now were last seen to pass, the first of them; null where none was. */
function lastWellAt(work: PolicyWork, probes: readonly string[]): number | null {
  const failing = probes.flatMap((name) => work.state.probes[name] ?? []).filter((one) => one.standing === 'failing');
  const moments = failing.flatMap(({ goodAt }) => goodAt ?? []);
  return moments.length === 0 ? null : Math.min(...moments);
}

/** All that must pass does; and where a repair was tried in vain, it has done so for a while: a crash loop is up for moments. */
function isOver(work: PolicyWork, name: string, { open }: OpenFault): boolean {
  if (!isWell(work, name, open)) {
    open.wellSince = null;
    return false;
  }
  open.wellSince ??= work.now;
  return open.tried.length === 0 || work.now - open.wellSince >= settleMs;
}

/** Its own probes pass, and those that a repair has failed pass as well. */
function isWell(work: PolicyWork, name: string, open: Open): boolean {
  if (verdictOf(work, name) === 'failing') return false;
  if (open.mustPass.length === 0) return true;
  const since = work.now - proveEveryMs;
  const stale = open.mustPass.filter((probe) => !freshOf(work, probe, since));
  if (stale.length > 0) {
    ask(work, stale);
    return false;
  }
  return open.mustPass.every((probe) => {
    const seen = work.state.probes[probe]?.seen;
    return seen?.unknown || seen?.passes;
  });
}

function advanceOpen(
  work: PolicyWork,
  name: string,
  fault: Exclude<OpenFault, { at: 'repairing' | 'verifying' }>,
): FaultState | null {
  const { open } = fault;
  switch (fault.at) {
    case 'faulted':
      return work.now < fault.until ? null : afterEvidence(work, name, fault);
    case 'grace':
      return advanceGrace(work, name, fault);
    case 'judging':
      return judge(work, name, fault);
    case 'backoff':
      return advanceBackoff(work, name, fault);
    case 'waiting_budget':
      if (work.now < fault.until) return null;
      decide(work, name, 'budget_free', fault.budget);
      return { at: 'judging', open, index: fault.step, askedAt: null };
    case 'held':
      if (holdNow(work) !== null) return null;
      decide(work, name, 'hold_over', fault.why);
      return { at: 'judging', open: { ...open, prev: 'none', repairedAt: null }, index: 0, askedAt: null };
    case 'standing':
    case 'halted':
      return null;
    default:
      return fault satisfies never;
  }
}

function afterEvidence(work: PolicyWork, name: string, { open }: OpenFault): FaultState {
  const first = work.policy.faults[name]?.firstResponder;
  if (!first) return { at: 'judging', open, index: 0, askedAt: null };
  decide(work, name, 'grace', first.owner);
  return { at: 'grace', open, until: open.detectedAt + first.grace, nextAt: work.now };
}

/** The supervisor may be done at any moment, however seldom the clock looks. */
function advanceGrace(work: PolicyWork, name: string, fault: Extract<FaultState, { at: 'grace' }>): FaultState | null {
  const { open, until, nextAt } = fault;
  const { gaveUp } = work.state.supervisor;
  if (gaveUp || work.now >= until) {
    decide(work, name, gaveUp ? 'supervisor_gave_up' : 'grace_over');
    return { at: 'judging', open, index: 0, askedAt: null };
  }
  if (work.now < nextAt) return null;
  const config = work.policy.faults[name];
  ask(work, config ? probesOfFault(config) : []);
  return { ...fault, nextAt: work.now + graceLookEveryMs };
}
