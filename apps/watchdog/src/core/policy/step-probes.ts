import type { ProbeConfig } from '@yoban/shared/policy/probe-config';
import type { FindingOf } from './policy-event.ts';
import { asksService, probesOfFault } from './policy-rules.ts';
import type { FaultState, ProbeStanding } from './policy-state.ts';
import { ask, beginLook, decide, isOpen, type PolicyWork, slotHolder } from './policy-work.ts';

/** Takes in a finding: counts it against `fall` and `rise`, sets the next look, and wakes ladders that go by number. */
export function applyFinding(work: PolicyWork, name: string, finding: FindingOf): void {
  const config = work.policy.probes[name];
  const probe = work.state.probes[name];
  if (!config || !probe) return;
  const beganAt = probe.lookingSince ?? work.now;
  // A finding that nobody asked for counts as one by the clock.
  const scheduled = probe.lookingSince === null || probe.scheduled;
  const { passes, unknown } = finding;
  probe.seen = { beganAt, endedAt: work.now, passes, unknown, detail: finding.detail.slice(0, 200) };
  probe.lookingSince = null;
  if (!unknown && passes) probe.goodAt = beganAt;
  if (!unknown && isOneMore(probe, config, passes, scheduled)) count(work, name, probe, config, passes);
  if (probe.dueAt !== null) probe.dueAt = nextLookAt(work, probe, config, beganAt, scheduled);
  if (probe.again) {
    probe.again = false;
    beginLook(work, name, probe, false);
  }
  if (scheduled && !unknown && !passes && probe.standing === 'failing') goThroughAgain(work, name, beganAt);
}

const usualGapMs = 1_000;

/** Looks on demand in quick succession are one: they come while a process is coming up or going down. */
function isOneMore(
  probe: ProbeStanding,
  { every, recheck }: ProbeConfig,
  passes: boolean,
  scheduled: boolean,
): boolean {
  const beganAt = probe.seen?.beganAt ?? 0;
  const turns = (passes ? probe.good : probe.bad) === 0;
  const gapMs = Math.min(every, recheck?.every ?? usualGapMs);
  const counts = scheduled || turns || probe.countedAt === null || beganAt - probe.countedAt >= gapMs;
  if (counts) probe.countedAt = beganAt;
  return counts;
}

function count(work: PolicyWork, name: string, probe: ProbeStanding, config: ProbeConfig, passes: boolean): void {
  if (passes) {
    hearAnswer(work, name, probe);
    probe.good += 1;
    probe.bad = 0;
    probe.badSince = null;
    probe.rechecks = 0;
    if (probe.standing === 'failing' && probe.good < config.rise) return;
    if (probe.standing === 'failing') decide(work, null, 'probe_passing', name);
    probe.standing = 'passing';
    return;
  }
  probe.good = 0;
  if (probe.standing !== 'failing' && !countsNow(work, name, config)) return;
  probe.bad += 1;
  probe.badSince ??= probe.seen?.beganAt ?? work.now;
  if (probe.bad >= config.fall && probe.standing !== 'failing') {
    probe.standing = 'failing';
    decide(work, null, 'probe_failing', `${name} ${probe.bad} of ${config.fall}`);
  }
}

/** Something serves again; the next exit is another story. What was asked before the exit was answered by the process that has ended. */
function hearAnswer({ state, policy }: PolicyWork, name: string, { seen }: ProbeStanding): void {
  const { exitedAt } = state.supervisor;
  if (exitedAt !== null && seen && seen.beganAt >= exitedAt && asksService(policy, name))
    state.supervisor.exitedAt = null;
}

/** Bad looks at a service that is just starting, or that somebody is just mending, say nothing of it. */
const countsNow = (work: PolicyWork, name: string, config: ProbeConfig): boolean =>
  !isStarting(work.state.supervisor.startedAt, config, work.now) &&
  slotHolder(work.state) === null &&
  !isBroughtBack(work, name);

/** It has just ended and its supervisor is at work: that nothing answers is no news; that nothing runs is. */
function isBroughtBack({ state, policy, now }: PolicyWork, name: string): boolean {
  const { exitedAt, gaveUp } = state.supervisor;
  return exitedAt !== null && !gaveUp && now < exitedAt + (policy.grace ?? 0) && asksService(policy, name);
}

const isStarting = (startedAt: number | null, { startPeriod }: ProbeConfig, now: number): boolean =>
  startedAt !== null && startPeriod > 0 && now < startedAt + startPeriod;

/** Whether a probe of the fault is within the time its service has to start. */
const isFaultStarting = ({ state, policy, now }: PolicyWork, fault: string): boolean =>
  faultProbes(policy, fault).some((name) => {
    const config = policy.probes[name];
    return config !== undefined && isStarting(state.supervisor.startedAt, config, now);
  });

const faultProbes = (policy: PolicyWork['policy'], fault: string): readonly string[] => {
  const config = policy.faults[fault];
  return config ? probesOfFault(config) : [];
};

/** By the clock a look begins `every` after the last one began; quick rechecks count from the end of the one before. */
function nextLookAt(
  { now }: PolicyWork,
  probe: ProbeStanding,
  config: ProbeConfig,
  beganAt: number,
  scheduled: boolean,
): number {
  const { recheck } = config;
  const doubtful = probe.standing === 'failing' ? probe.good > 0 : probe.bad > 0;
  if (recheck && doubtful && probe.rechecks < recheck.times) {
    probe.rechecks += 1;
    return now + recheck.every;
  }
  // A look on demand does not put off the one by the clock, but it may come in its place.
  const before = probe.dueAt ?? now;
  return scheduled ? Math.max(now, beganAt + config.every) : Math.max(now, Math.min(before, now + config.every));
}

/**
 * A fault whose ladder is at its end goes through it again at each failure of the first of its failing probes. Whatever was done
 * before that look has not repaired it.
 */
function goThroughAgain(work: PolicyWork, name: string, beganAt: number): void {
  for (const [fault, state] of Object.entries(work.state.faults)) {
    if (!isOpen(state) || leadProbe(work, fault) !== name) continue;
    if (beganAt >= (state.open.repairedAt ?? Infinity)) state.open.repairedAt = null;
    if (state.at !== 'standing' || work.now < state.notBeforeAt) continue;
    const open = { ...state.open, failures: state.open.failures + 1, prev: 'none' as const };
    work.state.faults[fault] = { at: 'judging', open, index: 0, askedAt: null };
    decide(work, fault, 'ladder_again', `failure ${open.failures}`);
  }
}

const leadProbe = ({ state, policy }: PolicyWork, fault: string): string | undefined =>
  faultProbes(policy, fault).find((name) => state.probes[name]?.standing === 'failing');

/** Begins the looks that are due. */
export function beginDueLooks(work: PolicyWork): void {
  for (const [name, probe] of Object.entries(work.state.probes)) {
    if (probe.dueAt === null || probe.dueAt > work.now) continue;
    if (probe.lookingSince === null) beginLook(work, name, probe, true);
    else probe.scheduled = true;
    probe.dueAt = work.now + (work.policy.probes[name]?.every ?? 0);
  }
}

export type FaultVerdict = 'unknown' | 'starting' | 'healthy' | 'suspect' | 'failing';

/** What the probes of a fault say together. */
export function verdictOf(work: PolicyWork, fault: string): FaultVerdict {
  const config = work.policy.faults[fault];
  const probes = faultProbes(work.policy, fault).flatMap((name) => work.state.probes[name] ?? []);
  const failing = (probe: ProbeStanding) => probe.standing === 'failing';
  if (config?.anyOf ? probes.some(failing) : probes.length > 0 && probes.every(failing)) return 'failing';
  const doubtful = (probe: ProbeStanding) => failing(probe) || probe.bad > 0;
  if (config?.anyOf ? probes.some(doubtful) : probes.every(doubtful)) return 'suspect';
  if (probes.some((probe) => probe.standing === 'passing')) return 'healthy';
  return isFaultStarting(work, fault) ? 'starting' : 'unknown';
}

export type Seen = NonNullable<ProbeStanding['seen']>;

/** Whether the looks that count as news, confirmed or not, show the fault: true, false, or null while they are too few. */
export function shownBy(
  work: PolicyWork,
  fault: string,
  extra: readonly string[],
  isNews: (seen: Seen) => boolean,
): boolean | null {
  const read = (names: readonly string[]) =>
    names.map((name) => {
      const seen = work.state.probes[name]?.seen;
      return !seen || !isNews(seen) ? null : !seen.unknown && !seen.passes;
    });
  const own = read(faultProbes(work.policy, fault));
  const more = read(extra);
  const anyOf = work.policy.faults[fault]?.anyOf !== undefined;
  if (more.includes(true) || (anyOf ? own.includes(true) : own.every((bad) => bad === true))) return true;
  return own.includes(null) || more.includes(null) ? null : false;
}

/** A new process serves: it has its time to start, and its supervisor has not given it up. */
export function serviceStarted(work: PolicyWork): void {
  work.state.supervisor = { ...work.state.supervisor, gaveUp: false, startedAt: work.now };
}

/** Looks again at once wherever a process event may have changed the answer. */
export function lookAtLiveness(work: PolicyWork): void {
  const { probes } = work.policy;
  ask(
    work,
    Object.keys(work.state.probes).filter((name) => {
      const role = probes[name]?.role;
      return work.state.probes[name]?.dueAt !== null && (role === 'liveness' || role === 'readiness');
    }),
  );
}

/** After a repair is proven, the probes of the fault that the proof did not name start from nothing. */
export function forgetUnproven(work: PolicyWork, fault: string, proven: readonly string[]): void {
  const rest = faultProbes(work.policy, fault).filter((name) => !proven.includes(name));
  for (const name of faultProbes(work.policy, fault)) {
    const probe = work.state.probes[name];
    if (!probe || probe.standing === 'passing') continue;
    const standing = proven.includes(name) ? 'passing' : 'unknown';
    Object.assign(probe, { standing, bad: 0, good: 0, badSince: null, rechecks: 0 });
  }
  ask(work, rest);
}

/** Faults that stand now, for those who depend on this service. */
export const openFaultsOf = (faults: Record<string, FaultState>): string[] =>
  Object.entries(faults).flatMap(([name, fault]) => (isOpen(fault) ? [name] : []));
