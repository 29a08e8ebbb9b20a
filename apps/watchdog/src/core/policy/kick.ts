import { askBudgets, countStart, uncountStart } from './budget.ts';
import type { KickRefusal } from './policy-effect.ts';
import type { PolicyEvent } from './policy-event.ts';
import { startsService } from './policy-rules.ts';
import { ask, decide, holdNow, isOpen, type PolicyWork, slotHolder } from './policy-work.ts';
import { nextAttempt } from './repair.ts';
import { serviceStarted } from './step-probes.ts';

/** A kick that has waited so long is not what anybody wants any more. */
const expiresAfterMs = 600_000;

/** Somebody asks for one action. There is one slot; whether it may run is said at once, or when its turn comes. */
export function takeKick(work: PolicyWork, { id, action, source }: Extract<PolicyEvent, { type: 'kick' }>): void {
  const refusal = refusalOf(work, action);
  if (refusal === null) work.state.kick = { id, action, source, askedAt: work.now, attempt: null };
  answer(work, id, action, refusal ?? 'accepted');
}

function refusalOf(work: PolicyWork, action: string): KickRefusal | null {
  const { state, policy } = work;
  if (!policy.actions[action] || !policy.kick?.allow.includes(action)) return 'not_allowed';
  if (holdNow(work) === 'maintenance') return 'maintenance';
  return state.kick === null ? null : 'busy';
}

/** Begins the kick when the service is free. It counts in the budget like any start; no ladder forbids it. */
export function advanceKick(work: PolicyWork): void {
  const { kick } = work.state;
  if (kick === null || kick.attempt !== null) return;
  const { id, action, source } = kick;
  const ended = endOfWait(work, kick);
  if (ended !== null) {
    endKick(work, ended);
    return;
  }
  if (work.state.deploying || slotHolder(work.state) !== null) return;
  const count = countStart(work, action);
  const attempt = nextAttempt(work, action);
  work.state.kick = { ...kick, attempt };
  work.effects.push({ do: 'run', attempt, action, fault: null, step: null, incidentId: null, source, ...count });
  decide(work, null, 'kick', `${action} by ${source}, ${id}`);
}

function endOfWait(work: PolicyWork, kick: { action: string; askedAt: number }): KickRefusal | null {
  if (work.now - kick.askedAt >= expiresAfterMs) return 'expired';
  if (holdNow(work) === 'maintenance') return 'maintenance';
  return askBudgets(work, [kick.action]).free ? null : 'budget';
}

/** A person has acted: what was halted is judged again, and everything is looked at now. */
export function endKickedAction(work: PolicyWork, event: Extract<PolicyEvent, { type: 'action_ended' }>): void {
  const { kick } = work.state;
  if (!kick) return;
  if (event.outcome === 'busy') {
    uncountStart(work, kick.action);
    endKick(work, 'busy');
    return;
  }
  if (startsService(work.policy, kick.action)) serviceStarted(work);
  for (const fault of Object.values(work.state.faults))
    if (isOpen(fault)) Object.assign(fault.open, { handled: true, repairedAt: null });
  liftHalts(work, null);
  ask(
    work,
    Object.keys(work.state.probes).filter((name) => work.state.probes[name]?.dueAt !== null),
  );
  endKick(work, event.outcome === 'ok' ? 'done' : 'failed');
}

/** Halted faults, or the one that is named, are judged anew at their next failure. */
export function liftHalts(work: PolicyWork, only: string | null): void {
  for (const [name, fault] of Object.entries(work.state.faults)) {
    if (fault.at !== 'halted' || (only !== null && only !== name)) continue;
    work.state.faults[name] = { at: 'standing', open: fault.open, notBeforeAt: work.now };
  }
}

/** The engine was started while a kick was under way: whether it was carried out is not known. */
export function interruptKick(work: PolicyWork): void {
  if (work.state.kick?.attempt) endKick(work, 'interrupted');
}

function endKick(work: PolicyWork, result: 'done' | 'failed' | KickRefusal): void {
  const { kick } = work.state;
  if (kick) answer(work, kick.id, kick.action, result);
  work.state.kick = null;
}

function answer(work: PolicyWork, id: string, action: string, result: 'accepted' | 'done' | 'failed' | KickRefusal) {
  work.effects.push({ do: 'kick_answer', id, action, result });
  decide(work, null, 'kick', `${action}: ${result}`);
}
