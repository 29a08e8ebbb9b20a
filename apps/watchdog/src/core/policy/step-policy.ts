import { advanceFault } from './advance-fault.ts';
import { closeRemovedFaults } from './close-fault.ts';
import { advanceKick, endKickedAction, interruptKick, liftHalts, takeKick } from './kick.ts';
import { advanceMilestones } from './milestones.ts';
import type { PolicyStep } from './policy-effect.ts';
import type { ActionEnded, PolicyEvent } from './policy-event.ts';
import type { ServicePolicy } from './policy-rules.ts';
import { type FaultState, fitToPolicy, type PolicyState, settleMs } from './policy-state.ts';
import { decide, isOpen, type PolicyWork } from './policy-work.ts';
import { endAction, resumeRepair } from './repair.ts';
import { shiftClock } from './shift-clock.ts';
import { applyFinding, beginDueLooks, lookAtLiveness, serviceStarted } from './step-probes.ts';

/**
 * One step of everything that watches over one service: probes, faults, their ladders, budgets and kicks. Pure: the same
 * state, event and `now` (epoch ms) give the same answer, and a state may go through JSON between any two steps. A clock that was
 * set back without a word counts as no time at all. See docs/healing.md.
 */
export function stepPolicy(before: PolicyState, event: PolicyEvent, policy: ServicePolicy, now: number): PolicyStep {
  const copy = structuredClone(before);
  const work: PolicyWork = { state: copy, policy, now, effects: [], decisions: [] };
  if (event.type === 'clock_jumped') {
    work.state = shiftClock(work.state, event.byMs);
    decide(work, null, 'clock_jumped', `${event.byMs} ms`);
  }
  if (now < work.state.latestAt) work.state = shiftClock(work.state, now - work.state.latestAt);
  work.state.latestAt = now;
  apply(work, event);
  for (const name of Object.keys(work.state.faults)) advanceFault(work, name);
  advanceKick(work);
  advanceMilestones(work);
  beginDueLooks(work);
  return { state: work.state, effects: work.effects, decisions: work.decisions };
}

function apply(work: PolicyWork, event: PolicyEvent): void {
  const { state } = work;
  switch (event.type) {
    case 'timer':
    case 'clock_jumped':
      break;
    case 'started':
      resume(work, event.ended);
      break;
    case 'finding':
      applyFinding(work, event.probe, event.finding);
      break;
    case 'process':
      hearProcess(work, event.event);
      break;
    case 'evidence_ended':
      endEvidence(work, event.incidentId);
      break;
    case 'action_ended':
      hearAction(work, event);
      break;
    case 'kick':
      takeKick(work, event);
      break;
    case 'ack':
      hearAck(work, event.fault);
      break;
    case 'maintenance':
      state.maintenance = event.until === null ? null : { until: event.until };
      break;
    case 'deploying':
      // Another version runs now: whatever was halted is judged anew by it.
      if (state.deploying && !event.is) liftHalts(work, null);
      state.deploying = event.is;
      break;
    case 'dependencies':
      state.blockedBy = [...event.faulty];
      break;
    case 'told_elsewhere':
      state.toldElsewhere = event.is;
      break;
    default:
      event satisfies never;
  }
}

/** Nothing that was under way is under way any more: looks and evidence begin anew, a repair goes on where its end is known, else it is judged. */
function resume(work: PolicyWork, ended: ActionEnded | undefined): void {
  closeRemovedFaults(work);
  work.state = fitToPolicy(work.state, work.policy, work.now);
  if (ended && work.state.kick?.attempt === ended.attempt) endKickedAction(work, ended);
  interruptKick(work);
  // What was seen before a repair was cut short proves nothing after it.
  for (const probe of Object.values(work.state.probes)) probe.seen = null;
  for (const [name, fault] of Object.entries(work.state.faults)) {
    if (!isOpen(fault)) continue;
    decide(work, name, 'resumed', fault.at);
    if (fault.at === 'repairing') {
      const isKnown = ended?.attempt === fault.attempt;
      work.state.faults[name] = isKnown ? endAction(work, name, fault, ended) : resumeRepair(work, name, fault);
    }
    if (fault.at === 'verifying') work.state.faults[name] = { ...fault, askedAt: null, nextAt: work.now };
    if (fault.at === 'judging' || fault.at === 'backoff') work.state.faults[name] = { ...fault, askedAt: null };
  }
  for (const one of work.state.milestones) Object.assign(one, { askedAt: null, nextAt: work.now });
}

/** The incident of a built-in watch is about the service: with it, all that stands here is acknowledged. */
function hearAck(work: PolicyWork, incidentFault: string | null): void {
  decide(work, incidentFault, 'acknowledged');
  const only = incidentFault !== null && work.policy.faults[incidentFault] ? incidentFault : null;
  for (const [name, fault] of Object.entries(work.state.faults))
    if (isOpen(fault) && (only === null || only === name)) fault.open.handled = true;
  liftHalts(work, only);
}

function hearProcess(work: PolicyWork, event: 'exit' | 'online' | 'gave_up'): void {
  if (event === 'gave_up') work.state.supervisor.gaveUp = true;
  if (event === 'exit') work.state.supervisor.exitedAt ??= work.now;
  if (event === 'online') serviceStarted(work);
  for (const fault of Object.values(work.state.faults)) {
    if (event === 'exit' && isOpen(fault)) fault.open.wellSince = null;
    if (fault.at !== 'repairing' && fault.at !== 'verifying') continue;
    if (event === 'online') fault.onlineSeen = true;
    // The exit of the process before comes before the new one is there.
    if (event === 'exit' && fault.at === 'verifying' && fault.onlineSeen) fault.exited = true;
  }
  lookAtLiveness(work);
}

function endEvidence(work: PolicyWork, incidentId: string): void {
  for (const fault of Object.values(work.state.faults))
    if (fault.at === 'faulted' && fault.open.incidentId === incidentId) fault.until = work.now;
}

function hearAction(work: PolicyWork, event: Extract<PolicyEvent, { type: 'action_ended' }>): void {
  if (work.state.kick?.attempt === event.attempt) {
    endKickedAction(work, event);
    return;
  }
  for (const [name, fault] of Object.entries(work.state.faults)) {
    if (fault.at !== 'repairing' || fault.attempt !== event.attempt) continue;
    work.state.faults[name] = endAction(work, name, fault, event);
    return;
  }
  decide(work, null, 'unknown_attempt', event.attempt);
}

/** When the engine must be woken at the latest though nothing happens (epoch ms); null = never. */
export function nextDueAt(state: PolicyState): number | null {
  const times = [
    ...Object.values(state.probes).flatMap(({ dueAt, lookingSince }) => (lookingSince === null ? (dueAt ?? []) : [])),
    ...Object.values(state.faults).flatMap((fault) => timesOf(fault, state.latestAt)),
    ...state.milestones.flatMap(({ until, late, askedAt, nextAt }) => [
      ...(late ? [] : [until]),
      askedAt === null ? nextAt : state.latestAt + pollMs,
    ]),
    ...(state.maintenance ? [state.maintenance.until] : []),
    ...(state.kick && !state.kick.attempt ? [state.latestAt + pollMs] : []),
  ].filter((at) => at > state.latestAt);
  return times.length === 0 ? null : Math.min(...times);
}

/** What waits for a look, which has a limit of its own, is tried this often. */
const pollMs = 1_000;

function timesOf(fault: FaultState, latestAt: number): number[] {
  if (!isOpen(fault)) return [];
  const times = Object.values(fault.open.told).flatMap(({ by, at }) => (by === 'owed' ? [at] : []));
  if (fault.open.wellSince !== null) times.push(fault.open.wellSince + settleMs);
  if ('until' in fault) times.push(fault.until);
  if ('nextAt' in fault) times.push(fault.nextAt);
  if ('askedAt' in fault && fault.askedAt !== null) times.push(latestAt + pollMs);
  return times;
}
