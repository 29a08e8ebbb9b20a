import type { LadderStep } from '@yoban/shared/policy/fault-config';
import { askBudgets } from './budget.ts';
import { alertTypeOf, paramsOf, tell } from './notices.ts';
import { budgetsOf, isStopProbe, probesOfFault, stepAt } from './policy-rules.ts';
import type { FaultState, Open } from './policy-state.ts';
import { ask, causeOf, decide, freshOf, holdNow, isOpen, lookLimitMs, type PolicyWork } from './policy-work.ts';

type Judging = Extract<FaultState, { at: 'judging' }>;

/** A ladder none of whose actions a budget counts is not gone through more often than this. */
const unbudgetedPauseMs = 60_000;

/** Goes on along the ladder: takes the next step that is due and whose conditions hold, or ends this way through it. */
export function judge(work: PolicyWork, name: string, fault: Judging): FaultState | null {
  const hold = holdNow(work);
  if (hold !== null) {
    decide(work, name, hold);
    return { at: 'held', open: fault.open, why: hold };
  }
  const open = takeUp(work, name, fault.open);
  const step = stepAt(work.policy, name, fault.index);
  if (!step) return endOfLadder(work, name, open);
  const next: Judging = { at: 'judging', open, index: fault.index + 1, askedAt: null };
  if (!isDue(step, open)) return next;
  const conditions = holdsIf(work, step, fault);
  if (conditions === 'ask') {
    ask(
      work,
      step.if.map(({ probe }) => probe),
    );
    return { ...fault, open, askedAt: work.now };
  }
  if (conditions === 'wait') return open === fault.open ? null : { ...fault, open };
  if (conditions === 'met') return takeStep(work, name, open, { step, index: fault.index }, next);
  decide(work, name, 'condition_unmet', `step ${fault.index}`);
  return next;
}

/** From here on the fault is ours: it has an incident. */
function takeUp(work: PolicyWork, name: string, open: Open): Open {
  if (open.takenUp) return open;
  const config = work.policy.faults[name];
  const cause = config ? causeOf(work, probesOfFault(config)) : '';
  const { incidentId, beganAt } = open;
  const detectedAt = open.confirmedAt ?? open.detectedAt;
  const severity = config?.severity ?? 'critical';
  work.effects.push({
    do: 'incident',
    incidentId,
    fault: name,
    change: 'opened',
    beganAt,
    detectedAt,
    severity,
    cause,
  });
  decide(work, name, 'taken_up');
  return { ...open, takenUp: true };
}

function isDue({ on }: LadderStep, { prev, failures }: Open): boolean {
  if (on === 'fault') return prev === 'none';
  if (on === 'prev_unverified') return prev === 'unverified';
  return 'failures' in on ? failures === on.failures : failures >= on.failuresFrom;
}

/** Its probes are looked at now, not remembered: what is not to be known is neither failing nor passing. */
function holdsIf(work: PolicyWork, step: LadderStep, { askedAt }: Judging): 'met' | 'unmet' | 'ask' | 'wait' {
  if (step.if.length === 0) return 'met';
  if (askedAt === null) return 'ask';
  const probes = step.if.map(({ probe }) => probe);
  const isLate = work.now >= askedAt + lookLimitMs(work, probes);
  if (!isLate && probes.some((probe) => !freshOf(work, probe, askedAt))) return 'wait';
  const holds = step.if.every(({ probe, is }) => {
    const seen = freshOf(work, probe, askedAt);
    return seen && !seen.unknown && seen.passes === (is === 'passing');
  });
  return holds ? 'met' : 'unmet';
}

interface Taken {
  step: LadderStep;
  index: number;
}

function takeStep(work: PolicyWork, name: string, before: Open, { step, index }: Taken, next: Judging): FaultState {
  const open: Open = {
    ...before,
    told: { ...before.told },
    suppressing: [...new Set([...before.suppressing, ...step.suppress])],
  };
  decide(work, name, 'step', `${index}: ${step.do.join(', ') || step.notify || 'nothing'}`);
  const alertType = alertTypeOf(name, step.alertType);
  if (step.notify) tell(work, name, open, { level: step.notify, alertType });
  if (step.do.length === 0) return step.halt ? halt(work, name, open, 'ladder') : { ...next, open: done(open) };
  // The fault's own list counts among the others'.
  const seen = { ...work, state: { ...work.state, faults: { ...work.state.faults, [name]: { ...next, open } } } };
  const actions = step.do.filter((action) => !isSuppressed(seen, name, action));
  if (actions.length < step.do.length)
    decide(work, name, 'suppressed', step.do.filter((action) => !actions.includes(action)).join(', '));
  if (actions.length === 0) return { ...next, open: { ...open, prev: 'unverified' } };
  if (work.policy.mode === 'observe') return wouldRun(work, name, open, { step, index });
  return enterBudget(work, name, open, { index, actions });
}

const done = (open: Open): Open => ({ ...open, prev: open.prev === 'none' ? 'done' : open.prev });

/** W3: forbidden while some fault says so, except to a fault whose own probe says that the service is not there. */
function isSuppressed(work: PolicyWork, name: string, action: string): boolean {
  const config = work.policy.faults[name];
  const stopped = (config ? probesOfFault(config) : []).some(
    (probe) => isStopProbe(work.policy, probe) && work.state.probes[probe]?.standing === 'failing',
  );
  if (stopped) return false;
  return Object.values(work.state.faults).some((fault) => isOpen(fault) && fault.open.suppressing.includes(action));
}

function wouldRun(work: PolicyWork, name: string, open: Open, { step, index }: Taken): FaultState {
  if (!open.wouldHaveRun.includes(index)) {
    const { incidentId } = open;
    work.effects.push({ do: 'would_run', fault: name, incidentId, step: index, actions: step.do });
    decide(work, name, 'would_run', step.do.join(', '));
    open.wouldHaveRun = [...open.wouldHaveRun, index];
  }
  return { at: 'standing', open: done(open), notBeforeAt: work.now };
}

function enterBudget(
  work: PolicyWork,
  name: string,
  open: Open,
  { index, actions }: { index: number; actions: string[] },
): FaultState {
  const answer = askBudgets(work, actions);
  if (answer.free) {
    if (answer.delayMs > 0) decide(work, name, 'backoff', `${answer.delayMs} ms, ${answer.used} of ${answer.max} used`);
    return { at: 'backoff', open, step: index, actions, until: work.now + answer.delayMs, askedAt: null };
  }
  const { budget, used, max, until } = answer;
  decide(work, name, 'budget_full', `${budget} ${used} of ${max}`);
  tellLimit(work, name, open, { budget, used, max });
  const mode = work.policy.budgets[budget]?.onExhausted.mode;
  return mode === 'wait'
    ? { at: 'waiting_budget', open, step: index, budget, until }
    : halt(work, name, open, 'budget');
}

/** W2: each fault that meets it says so: one that waits or is halted with nobody told would stand unseen. */
function tellLimit(
  work: PolicyWork,
  name: string,
  open: Open,
  { budget, used, max }: { budget: string; used: number; max: number },
): void {
  const config = work.policy.budgets[budget];
  if (!config) return;
  const { notify: level, alertType = 'restart_limit', mode } = config.onExhausted;
  const params = { budget, used, max, windowMs: config.window, waits: mode === 'wait' };
  tell(work, name, open, { level, alertType, params });
}

function halt(work: PolicyWork, name: string, open: Open, why: 'ladder' | 'budget'): FaultState {
  decide(work, name, 'halted', why);
  return { at: 'halted', open, why, haltedSince: work.now };
}

/** Nothing more is due now. What was tried in vain and told by no step is told here. */
function endOfLadder(work: PolicyWork, name: string, before: Open): FaultState {
  const open: Open = { ...before, told: { ...before.told } };
  const ladder = work.policy.faults[name]?.ladder ?? [];
  const goesOn = ladder.some(
    ({ on }) => typeof on === 'object' && ('failuresFrom' in on ? on.failuresFrom : on.failures) > open.failures,
  );
  const level = work.policy.faults[name]?.severity ?? 'critical';
  if (open.prev === 'unverified' && Object.keys(open.told).length === 0 && !goesOn)
    tell(work, name, open, { level, alertType: 'recovery_failed', params: paramsOf(work, name, open) });
  const actions = ladder.flatMap((step) => step.do);
  const isBudgeted = actions.length > 0 && actions.some((action) => budgetsOf(work.policy, action).length > 0);
  const byCount = ladder.some(({ on }) => typeof on === 'object');
  decide(work, name, 'ladder_end');
  return { at: 'standing', open, notBeforeAt: work.now + (isBudgeted || byCount ? 0 : unbudgetedPauseMs) };
}
