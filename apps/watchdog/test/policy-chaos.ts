import { isDeepStrictEqual } from 'node:util';
import type { PolicyEffect } from '../src/core/policy/policy-effect.ts';
import type { PolicyEvent } from '../src/core/policy/policy-event.ts';
import type { ServicePolicy } from '../src/core/policy/policy-rules.ts';
import { initialPolicyState, PolicyState } from '../src/core/policy/policy-state.ts';
import { nextDueAt, stepPolicy } from '../src/core/policy/step-policy.ts';

export type Move =
  | { do: 'pass'; seconds: number }
  | { do: 'set'; probe: string; is: 'passing' | 'failing' | 'unknown' }
  | { do: 'actions'; outcome: 'ok' | 'failed' | 'timed_out' | 'busy'; seconds: number }
  | { do: 'event'; event: PolicyEvent }
  | { do: 'clock'; byMs: number }
  | { do: 'restart' };

type Run = Extract<PolicyEffect, { do: 'run' }>;
type Tell = Extract<PolicyEffect, { do: 'tell' }>;

const beginAt = Date.parse('2026-03-11T00:00:00Z');
const lookMs = 300;

/**
 * A service in a world where anything happens in any order: time goes on while the wall clock is set and the engine is killed. What must
 * never be is looked at after each step; `broken` names it.
 */
export class PolicyChaos {
  readonly #policy: ServicePolicy;
  readonly #outcome = new Map<string, 'passing' | 'failing' | 'unknown'>();
  readonly #found = new Map<string, boolean>();
  readonly #underWay = new Set<string>();
  #queue: { at: number; event: PolicyEvent }[] = [];
  #acts: { outcome: 'ok' | 'failed' | 'timed_out' | 'busy'; ms: number } = { outcome: 'ok', ms: 1_000 };
  /** Milliseconds that have really passed. */
  #time = 0;
  #offset = beginAt;
  readonly broken: string[] = [];
  readonly starts: { action: string; at: number; attempt: string }[] = [];
  readonly tells: Tell[] = [];
  state: PolicyState;

  constructor(policy: ServicePolicy) {
    this.#policy = policy;
    this.state = initialPolicyState(policy, this.#now);
    this.#step({ type: 'started' });
  }

  play(moves: readonly Move[]): void {
    for (const move of moves) this.#make(move);
  }

  /** Everything passes from now on, and nothing holds anybody back. */
  heal(): void {
    for (const probe of Object.keys(this.#policy.probes)) this.#outcome.set(probe, 'passing');
    this.#acts = { outcome: 'ok', ms: 1_000 };
    for (const event of [
      { type: 'maintenance', until: null },
      { type: 'dependencies', faulty: [] },
      { type: 'deploying', is: false },
      { type: 'told_elsewhere', is: 'none' },
    ] as const)
      this.#step(event);
    this.#pass(300_000);
  }

  get #now(): number {
    return this.#time + this.#offset;
  }

  #make(move: Move): void {
    switch (move.do) {
      case 'pass':
        this.#pass(move.seconds * 1_000);
        break;
      case 'set':
        this.#outcome.set(move.probe, move.is);
        break;
      case 'actions':
        this.#acts = { outcome: move.outcome, ms: move.seconds * 1_000 };
        break;
      case 'event':
        this.#step(move.event);
        break;
      case 'clock':
        this.#setClock(move.byMs);
        break;
      case 'restart':
        this.#restart();
        break;
      default:
        move satisfies never;
    }
  }

  #setClock(byMs: number): void {
    this.#offset += byMs;
    this.#step({ type: 'clock_jumped', byMs });
  }

  /** kill -9: what was under way answers no more, the state comes back from the disk. */
  #restart(): void {
    this.#queue = [];
    this.#underWay.clear();
    const read = PolicyState.parse(JSON.parse(JSON.stringify(this.state)));
    if (!isDeepStrictEqual(read, this.state)) this.broken.push('the state is another one after JSON');
    this.state = read;
    this.#step({ type: 'started' });
  }

  #pass(ms: number): void {
    const end = this.#time + ms;
    for (let steps = 0; steps < 20_000; steps += 1) {
      const first = this.#queue.toSorted((one, other) => one.at - other.at)[0];
      const dueAt = (nextDueAt(this.state) ?? Infinity) - this.#offset;
      const at = Math.max(this.#time, Math.min(first?.at ?? Infinity, dueAt));
      if (at > end) break;
      this.#time = at;
      if (first && first.at <= dueAt) this.#queue.splice(this.#queue.indexOf(first), 1);
      this.#step(first && first.at <= dueAt ? first.event : { type: 'timer' });
    }
    this.#time = end;
  }

  #step(event: PolicyEvent): void {
    const before = this.state;
    if (event.type === 'finding') this.#found.set(event.probe, event.finding.unknown || event.finding.passes);
    if (event.type === 'action_ended') this.#endAttempt(event);
    const { state, effects } = stepPolicy(before, event, this.#policy, this.#now);
    this.state = state;
    for (const effect of effects) {
      if (effect.do === 'run') this.#judgeRun(effect, before, event);
      if (effect.do === 'tell') this.tells.push(effect);
      this.#answer(effect);
    }
  }

  #endAttempt({ attempt, outcome }: Extract<PolicyEvent, { type: 'action_ended' }>): void {
    this.#underWay.delete(attempt);
    // It never began.
    if (outcome === 'busy')
      this.starts.splice(
        this.starts.findIndex((one) => one.attempt === attempt),
        1,
      );
  }

  #judgeRun({ attempt, action, fault }: Run, before: PolicyState, event: PolicyEvent): void {
    if (this.starts.some((one) => one.attempt === attempt)) this.broken.push(`${attempt} was begun twice`);
    if (this.#underWay.size > 0) this.broken.push(`${action} was begun while another one was under way`);
    this.starts.push({ action, at: this.#time, attempt });
    this.#underWay.add(attempt);
    if (fault === null) return;
    const { maintenance, blockedBy, deploying } = this.state;
    const isFirst = before.faults[fault]?.at !== 'repairing';
    const held = (maintenance !== null && maintenance.until > this.#now) || blockedBy.length > 0 || deploying;
    if (held && isFirst) this.broken.push(`${action} was begun while held`);
    const lifts = event.type === 'ack' || event.type === 'action_ended';
    if (before.faults[fault]?.at === 'halted' && !lifts) this.broken.push(`${action} was begun while halted`);
    const mustPass = 'open' in (before.faults[fault] ?? {}) ? mustPassOf(this.state, fault) : [];
    const own = this.#policy.faults[fault]?.anyOf ?? this.#policy.faults[fault]?.allOf ?? [];
    const passes = [...own, ...mustPass].every((probe) => this.#found.get(probe) !== false);
    if (isFirst && passes) this.broken.push(`${action} was begun though everything passes`);
  }

  #answer(effect: PolicyEffect): void {
    if (effect.do === 'look') {
      const is = this.#outcome.get(effect.probe) ?? 'passing';
      const finding = { passes: is === 'passing', unknown: is === 'unknown', detail: is };
      this.#queue.push({ at: this.#time + lookMs, event: { type: 'finding', probe: effect.probe, finding } });
    }
    if (effect.do === 'evidence')
      this.#queue.push({ at: this.#time + 500, event: { type: 'evidence_ended', incidentId: effect.incidentId } });
    if (effect.do === 'run') {
      const { outcome, ms } = this.#acts;
      const ended = { attempt: effect.attempt, outcome, exitCode: null, durationMs: ms, detail: '' };
      this.#queue.push({ at: this.#time + ms, event: { type: 'action_ended', ...ended } });
    }
  }
}

function mustPassOf(state: PolicyState, fault: string): readonly string[] {
  const now = state.faults[fault];
  return now && 'open' in now ? now.open.mustPass : [];
}
