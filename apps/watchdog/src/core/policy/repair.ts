import { askBudgets, countStart, uncountStart } from './budget.ts';
import { closeFault } from './close-fault.ts';
import { beginMilestones } from './milestones.ts';
import type { ActionEnded } from './policy-event.ts';
import { mayRunAgain, probesOfFault, startsService, stepAt } from './policy-rules.ts';
import type { FaultState, Open } from './policy-state.ts';
import { ask, decide, freshOf, holdNow, lookLimitMs, type PolicyWork, slotHolder } from './policy-work.ts';
import { forgetUnproven, lookAtLiveness, type Seen, serviceStarted, shownBy } from './step-probes.ts';

type Backoff = Extract<FaultState, { at: 'backoff' }>;
type Repairing = Extract<FaultState, { at: 'repairing' }>;
type Verifying = Extract<FaultState, { at: 'verifying' }>;

/** A failing look that ended within this is proof enough to act on; what is older is looked at once more. */
const freshMs = 2_000;
/** Pause between two rounds of a proof. */
const verifyGapMs = 500;
/** Another program works on the service. */
const busyRetryMs = 5_000;

/** Waits for the delay and for its turn, looks once more, and begins the step's actions while the fault shows. */
export function advanceBackoff(work: PolicyWork, name: string, fault: Backoff): FaultState | null {
  if (work.now < fault.until || slotHolder(work.state) !== null) return null;
  const { open, step } = fault;
  if (holdNow(work) !== null) return { at: 'judging', open, index: step, askedAt: null };
  const { askedAt } = fault;
  const isNews = (seen: Seen) => (askedAt === null ? seen.endedAt >= work.now - freshMs : seen.beganAt >= askedAt);
  const shown = shownBy(work, name, open.mustPass, isNews);
  if (shown === true) return beginActions(work, name, fault);
  const probes = probesToProve(work, name, open);
  if (askedAt === null) {
    ask(work, probes);
    return { ...fault, askedAt: work.now };
  }
  if (shown === null && work.now < askedAt + lookLimitMs(work, probes)) return null;
  decide(work, name, shown === null ? 'not_known' : 'already_healthy');
  return { at: 'standing', open, notBeforeAt: work.now };
}

const probesToProve = (work: PolicyWork, name: string, open: Open): string[] => {
  const config = work.policy.faults[name];
  return [...(config ? probesOfFault(config) : []), ...open.mustPass];
};

/** The budget may have been spent by another fault while this one waited. */
function beginActions(work: PolicyWork, name: string, { open, step, actions }: Backoff): FaultState {
  if (!askBudgets(work, actions).free) return { at: 'judging', open, index: step, askedAt: null };
  return beginAction(work, name, {
    ...{ at: 'repairing', open, step, actions, index: 0, attempt: '' },
    ...{ anyOk: false, allOk: true, onlineSeen: false },
  });
}

/** The start is counted in the state that asks for it; that state is on disk before anything begins. */
function beginAction(work: PolicyWork, name: string, fault: Repairing): Repairing {
  const action = fault.actions[fault.index] ?? '';
  const count = countStart(work, action);
  const attempt = nextAttempt(work, action);
  const { incidentId } = fault.open;
  const source = 'yoban';
  work.effects.push({ do: 'run', attempt, action, fault: name, step: fault.step, incidentId, source, ...count });
  decide(work, name, 'acting', action);
  return { ...fault, attempt };
}

/** A name that no other start of an action has, also over restarts. */
export function nextAttempt(work: PolicyWork, action: string): string {
  work.state.seq += 1;
  return `${work.policy.service}-${action}-${work.state.latestAt}-${work.state.seq}`;
}

/** What became of the action under way: the next one of the step, the proof, or the next rung. */
export function endAction(work: PolicyWork, name: string, fault: Repairing, event: ActionEnded): FaultState {
  const action = fault.actions[fault.index] ?? '';
  if (event.outcome === 'busy') return waitForLock(work, name, fault, action);
  const ok = event.outcome === 'ok';
  const { outcome, exitCode, durationMs, detail, attempt } = event;
  const { incidentId } = fault.open;
  const acted = { attempt, action, outcome, exitCode, durationMs, detail };
  work.effects.push({ do: 'incident', incidentId, fault: name, change: 'acted', ...acted });
  decide(work, name, 'acted', `${action} ${outcome}`);
  if (startsService(work.policy, action)) serviceStarted(work);
  const open = { ...fault.open, tried: [...fault.open.tried, { action, ok }].slice(-20) };
  const after = { ...fault, open, anyOk: fault.anyOk || ok, allOk: fault.allOk && ok, index: fault.index + 1 };
  // One that failed does not keep the rest of its step from running: after a stop, the start must come.
  if (after.index < fault.actions.length) return beginAction(work, name, after);
  return afterStep(work, name, after);
}

function waitForLock(work: PolicyWork, name: string, fault: Repairing, action: string): FaultState {
  uncountStart(work, action);
  decide(work, name, 'lock_busy', action);
  const { open, step, actions, index } = fault;
  const until = work.now + busyRetryMs;
  return { at: 'backoff', open, step, actions: actions.slice(index), until, askedAt: null };
}

function afterStep(work: PolicyWork, name: string, fault: Repairing): FaultState {
  const { open, step, onlineSeen } = fault;
  const config = stepAt(work.policy, name, step);
  beginMilestones(work, name, open.incidentId, config?.milestones ?? []);
  if (config?.verify && fault.anyOk) {
    // A look before the action proves nothing after it.
    for (const probe of config.verify.probes) Object.assign(work.state.probes[probe] ?? {}, { seen: null });
    const nextAt = work.now + config.verify.startAfter;
    const until = nextAt + config.verify.within;
    return { at: 'verifying', open, step, nextAt, until, askedAt: null, passes: 0, onlineSeen, exited: false };
  }
  lookAtLiveness(work);
  ask(work, probesToProve(work, name, open));
  if (config?.verify || !fault.allOk) return notProven(work, name, open, step, 'the action failed');
  const prev = open.prev === 'none' ? 'done' : open.prev;
  const doneOpen: Open = { ...open, prev, repairedAt: work.now, handled: false };
  if (config?.halt) return haltHere(work, name, doneOpen);
  return { at: 'judging', open: doneOpen, index: step + 1, askedAt: null };
}

/** Looks round by round until the probes have passed often enough in a row, or the time is over, or the new process ended. */
export function advanceVerifying(work: PolicyWork, name: string, fault: Verifying): FaultState | null {
  const verify = stepAt(work.policy, name, fault.step)?.verify;
  if (!verify) return notProven(work, name, fault.open, fault.step, 'the step is gone from the policy');
  if (fault.exited) return notProven(work, name, fault.open, fault.step, 'the new process ended');
  if (fault.askedAt === null) {
    if (work.now >= fault.until) return notProven(work, name, fault.open, fault.step, 'not within its time');
    if (work.now < fault.nextAt) return null;
    ask(work, verify.probes);
    return { ...fault, askedAt: work.now };
  }
  const { askedAt } = fault;
  const seen = verify.probes.map((probe) => freshOf(work, probe, askedAt));
  if (seen.includes(undefined)) {
    if (work.now < fault.until) return null;
    return notProven(work, name, fault.open, fault.step, 'not within its time');
  }
  const passes = isProof(work, verify.probes) ? fault.passes + 1 : 0;
  if (passes >= verify.rise) return proven(work, name, fault, verify.probes);
  return { ...fault, askedAt: null, nextAt: work.now + verifyGapMs, passes };
}

/**
 * What is not to be known now proves nothing; it has until the end of the time to become known. One that is looked at by the clock and
 * has never once been known measures nothing here (the error rate of an app that reports none): no repair could ever be proven by it.
 */
function isProof({ state }: PolicyWork, names: readonly string[]): boolean {
  const probes = names.flatMap((name) => state.probes[name] ?? []);
  const wanted = probes.filter(({ dueAt, countedAt }) => dueAt === null || countedAt !== null);
  return wanted.length > 0 && wanted.every(({ seen }) => seen?.passes && !seen.unknown);
}

function proven(work: PolicyWork, name: string, fault: Verifying, probes: readonly string[]): FaultState {
  const { incidentId } = fault.open;
  work.effects.push({ do: 'incident', incidentId, fault: name, change: 'verified', ok: true, probes, why: '' });
  decide(work, name, 'verified', probes.join(', '));
  forgetUnproven(work, name, probes);
  return closeFault(work, name, { ...fault, open: { ...fault.open, repairedAt: work.now } });
}

function notProven(work: PolicyWork, name: string, before: Open, step: number, why: string): FaultState {
  const config = stepAt(work.policy, name, step);
  const probes = config?.verify?.probes ?? [];
  const { incidentId } = before;
  work.effects.push({ do: 'incident', incidentId, fault: name, change: 'verified', ok: false, probes, why });
  decide(work, name, 'unverified', why);
  const open: Open = { ...before, prev: 'unverified', repairedAt: null, mustPass: probes };
  return config?.halt ? haltHere(work, name, open) : { at: 'judging', open, index: step + 1, askedAt: null };
}

function haltHere(work: PolicyWork, name: string, open: Open): FaultState {
  decide(work, name, 'halted', 'ladder');
  return { at: 'halted', open, why: 'ladder', haltedSince: work.now };
}

/** After a start of the engine: what was under way was cut short. Whether it is needed still is judged anew. */
export function resumeRepair(work: PolicyWork, name: string, fault: Repairing): FaultState {
  const action = fault.actions[fault.index] ?? '';
  const { open, step, actions, index } = fault;
  const again = mayRunAgain(work.policy, action);
  const cut = {
    outcome: 'failed',
    exitCode: null,
    durationMs: 0,
    detail: 'cut short: the watchdog was ended',
  } as const;
  const { incidentId } = open;
  const { attempt } = fault;
  work.effects.push({ do: 'incident', incidentId, fault: name, change: 'acted', attempt, action, ...cut });
  decide(work, name, 'interrupted', `${action}${again ? '' : ', not to be run again'}`);
  const rest = actions.slice(again ? index : index + 1);
  ask(work, probesToProve(work, name, open));
  if (rest.length === 0) return afterStep(work, name, { ...fault, anyOk: true, index: actions.length });
  return { at: 'backoff', open, step, actions: rest, until: work.now, askedAt: work.now };
}
