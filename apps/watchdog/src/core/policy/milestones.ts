import type { LadderStep } from '@yoban/shared/policy/fault-config';
import type { Milestone } from './policy-state.ts';
import { ask, decide, freshOf, type PolicyWork } from './policy-work.ts';

const lookEveryMs = 1_000;
const lateLookEveryMs = 10_000;
/** A phase that has not come by then is given up; its lateness was told. */
const givenUpAfterMs = 3_600_000;

/** Awaits the phases of a recovery from now on; those of an earlier one of this fault are over. */
export function beginMilestones(
  work: PolicyWork,
  fault: string,
  incidentId: string,
  wanted: LadderStep['milestones'],
): void {
  endMilestones(work, fault);
  const { now } = work;
  const begun = wanted.map(
    ({ name, probes, within }, index): Milestone => ({
      ...{ fault, incidentId, name: name ?? `phase_${index + 1}`, probes, beganAt: now, until: now + within },
      ...{ late: false, askedAt: null, nextAt: now },
    }),
  );
  work.state.milestones = [...work.state.milestones, ...begun];
  for (const one of begun) report(work, one, null);
}

/** Phases of a fault that nobody awaits any more; those that were told as late are taken back. */
export function endMilestones(work: PolicyWork, fault: string): void {
  for (const old of work.state.milestones) if (old.fault === fault && old.late) tellLate(work, old, 'clear');
  work.state.milestones = work.state.milestones.filter((one) => one.fault !== fault);
}

function report(work: PolicyWork, one: Milestone, endedAt: number | null): void {
  const { incidentId, fault, name, beganAt, until: dueAt, late } = one;
  work.effects.push({ do: 'phase', incidentId, fault, name, beganAt, dueAt, endedAt, late });
}

/** Looks at what each awaited phase names; tells the end of it, or that it is late. */
export function advanceMilestones(work: PolicyWork): void {
  work.state.milestones = work.state.milestones.filter((one) => !isOver(work, one));
}

function isOver(work: PolicyWork, one: Milestone): boolean {
  const { fault, name, probes, beganAt } = one;
  if (!one.late && work.now >= one.until) {
    one.late = true;
    tellLate(work, one, 'raise');
    report(work, one, null);
    decide(work, fault, 'phase_late', name);
  }
  // Before any look is waited for: a probe that was edited away has none, and would be waited for without end.
  if (work.now >= Math.max(one.until, beganAt + givenUpAfterMs)) {
    tellLate(work, one, 'clear');
    decide(work, fault, 'phase_late', `${name} given up`);
    return true;
  }
  if (one.askedAt === null) {
    if (work.now < one.nextAt) return false;
    ask(work, probes);
    one.askedAt = work.now;
  }
  const since = one.askedAt;
  const seen = probes.map((probe) => freshOf(work, probe, since));
  if (seen.includes(undefined)) return false;
  if (seen.every((look) => look?.passes && !look.unknown)) {
    report(work, one, work.now);
    decide(work, fault, 'phase', `${name} after ${work.now - beganAt} ms`);
    if (one.late) tellLate(work, one, 'clear');
    return true;
  }
  one.askedAt = null;
  one.nextAt = work.now + (one.late ? lateLookEveryMs : lookEveryMs);
  return false;
}

function tellLate(work: PolicyWork, { fault, incidentId, name, until, beganAt }: Milestone, kind: 'raise' | 'clear') {
  const params = { fault, phase: name, withinMs: until - beganAt };
  work.effects.push({ do: 'tell', kind, level: 'warning', alertType: 'phase_late', fault, incidentId, params });
}
