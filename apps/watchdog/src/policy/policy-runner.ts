import { atMost } from '@yoban/shared/at-most';
import { asOpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import type { PolicyEffect, PolicyStep } from '../core/policy/policy-effect.ts';
import type { ActionEnded, FindingOf, PolicyEvent } from '../core/policy/policy-event.ts';
import type { ServicePolicy } from '../core/policy/policy-rules.ts';
import { initialPolicyState, type PolicyState } from '../core/policy/policy-state.ts';
import { attemptUnderWay, slotHolder } from '../core/policy/policy-work.ts';
import { nextDueAt, stepPolicy } from '../core/policy/step-policy.ts';
import { openFaultsOf } from '../core/policy/step-probes.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import type { BootClock } from './boot-clock.ts';
import type { PolicyWorld } from './policy-world.ts';

export interface RunnerDeps {
  policy: ServicePolicy;
  store: PolicyStore;
  world: PolicyWorld;
  clock: BootClock;
  log: Log;
  /** Facts were written: they should leave now. */
  wake: () => void;
  onKickAnswer: (answer: { id: string; result: string }) => void;
}

/** A wall clock that goes on by so much more or less than time has passed was set. */
const jumpMs = 1_000;
/** While something stands, overlays are looked at this often. */
const overlayEveryMs = 1_000;
/** An action that is under way when we are stopped has this much time; then it counts as cut short. */
const actionEndMs = 5_000;
/** A disk that is full is tried again after this. */
const writeAgainMs = 1_000;
/** Looks alone are not worth a write each; so often what they saw is kept, for whoever reads the state from the disk. */
const keepEveryMs = 30_000;
/** setTimeout fires at once for more than 2^31 - 1. */
const longestTimerMs = 3_600_000;

/**
 * Carries out what the engine decides for one service: each step is on disk with everything it asks for before any of it begins.
 * One timer; every look, action and bundle of evidence comes back as an event.
 */
export class PolicyRunner {
  readonly #deps: RunnerDeps;
  readonly #end = new AbortController();
  readonly #breakOff = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #state: PolicyState;
  #offsetMs: number;
  #keptAt = 0;
  readonly #events: PolicyEvent[] = [];
  #unwritten = false;
  #timer: NodeJS.Timeout | undefined;
  #lock: { release(): void } | null = null;

  constructor(deps: RunnerDeps) {
    const { policy, store, clock } = deps;
    this.#deps = deps;
    this.#state = initialPolicyState(policy, clock.now());
    this.#offsetMs = this.#offsetNow();
    const kept = store.load(policy.service);
    if (kept) this.#state = kept.state;
    // In the same boot the time we were away is known whatever became of the wall clock.
    if (kept?.mark.bootId === clock.bootId) this.#offsetMs = kept.mark.offsetMs;
    this.#events.push(this.#started());
  }

  get state(): PolicyState {
    return this.#state;
  }

  /** What was heard before waits behind the start in the line: the state that was kept is not this policy's yet. */
  start(): void {
    this.#takeAll();
  }

  #started(): PolicyEvent {
    const attempt = attemptUnderWay(this.#state);
    const noted = attempt === null ? null : this.#deps.store.outcomeOf(attempt);
    return noted ? { type: 'started', ended: { type: 'action_ended', ...noted } } : { type: 'started' };
  }

  /** Looks and evidence are left; an action under way may end. */
  async stop(): Promise<void> {
    this.#end.abort();
    clearTimeout(this.#timer);
    await atMost(Promise.all(this.#underWay), actionEndMs);
    this.#breakOff.abort();
    this.#lock?.release();
    await this.#deps.world.close();
  }

  /** Something has happened to the service. What cannot be written now waits, and nothing is begun meanwhile. */
  send(event: PolicyEvent): void {
    this.#events.push(event);
    if (this.#events.length === 1) this.#takeAll();
  }

  /** In order; an event leaves the line when its step is on the disk. */
  #takeAll(): void {
    clearTimeout(this.#timer);
    try {
      for (let event = this.#events[0]; event && !this.#end.signal.aborted; event = this.#events[0]) {
        this.#take(event);
        this.#events.shift();
        this.#unwritten = false;
      }
      this.#arm();
    } catch (error) {
      if (!this.#unwritten) this.#deps.log.error({ event: 'policy.not_written', err: asOpsError(error) });
      this.#unwritten = true;
      this.#timer = setTimeout(() => this.#takeAll(), writeAgainMs);
    }
  }

  #take(event: PolicyEvent): void {
    const now = this.#deps.clock.now();
    const offsetMs = this.#offsetNow();
    const byMs = offsetMs - this.#offsetMs;
    if (Math.abs(byMs) >= jumpMs) this.#step({ type: 'clock_jumped', byMs }, now);
    this.#offsetMs = offsetMs;
    for (const overlay of this.#overlays(now)) this.#step(overlay, now);
    this.#step(event, now);
  }

  #offsetNow(): number {
    const { clock } = this.#deps;
    return clock.now() - clock.monotonicMs();
  }

  /** What holds us back, where it is not what the state says. */
  #overlays(now: number): PolicyEvent[] {
    const { world } = this.#deps;
    const { maintenance, deploying, blockedBy, toldElsewhere } = this.#state;
    const until = world.maintenanceUntil(now);
    const isDeploying = world.isDeploying(now);
    const faulty = world.faultyDependencies();
    const is = world.toldElsewhere();
    return [
      ...(until === (maintenance?.until ?? null) ? [] : [{ type: 'maintenance', until } as const]),
      ...(isDeploying === deploying ? [] : [{ type: 'deploying', is: isDeploying } as const]),
      ...(faulty.join() === blockedBy.join() ? [] : [{ type: 'dependencies', faulty } as const]),
      ...(is === toldElsewhere ? [] : [{ type: 'told_elsewhere', is } as const]),
    ];
  }

  #step(event: PolicyEvent, now: number): void {
    const { policy, store, clock, log, wake } = this.#deps;
    const step = stepPolicy(this.#state, event, policy, now);
    const isDue = Math.abs(now - this.#keptAt) >= keepEveryMs;
    if (mustOutlive(step) || isDue) {
      store.commit(policy.service, step.state, step.effects, { bootId: clock.bootId, offsetMs: this.#offsetNow() });
      for (const decision of step.decisions) log.info({ event: 'policy.step', service: policy.service, ...decision });
      this.#keptAt = now;
      if (mustOutlive(step)) wake();
    }
    this.#state = step.state;
    this.#deps.world.onState(step.state);
    for (const effect of step.effects) this.#carryOut(effect);
    if (slotHolder(step.state) === null) {
      this.#lock?.release();
      this.#lock = null;
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#end.signal.aborted) return;
    const now = this.#deps.clock.now();
    const isCalm = openFaultsOf(this.#state.faults).length === 0;
    const dueAt = Math.min(nextDueAt(this.#state) ?? Infinity, isCalm ? Infinity : now + overlayEveryMs);
    const waitMs = Math.min(Math.max(0, dueAt - now), longestTimerMs);
    this.#timer = setTimeout(() => this.send({ type: 'timer' }), waitMs);
  }

  #carryOut(effect: PolicyEffect): void {
    switch (effect.do) {
      case 'look':
        this.#track(this.#look(effect.probe));
        break;
      case 'evidence':
        this.#track(this.#takeEvidence(effect.items, effect.incidentId));
        break;
      case 'run':
        this.#track(this.#act(effect.attempt, effect.action));
        break;
      case 'kick_answer':
        this.#deps.onKickAnswer({ id: effect.id, result: effect.result });
        break;
      case 'would_run':
      case 'incident':
      case 'tell':
      case 'phase':
        // In the store already, with the state.
        break;
      default:
        effect satisfies never;
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#deps.log.error({ event: 'policy.failed', err: asOpsError(error) }))
      .finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  async #look(probe: string): Promise<void> {
    this.send({ type: 'finding', probe, finding: await this.#findingOf(probe) });
  }

  /** A look that nobody hears of again would be waited for until the next start. */
  async #findingOf(probe: string): Promise<FindingOf> {
    try {
      return await this.#deps.world.look(probe, this.#end.signal);
    } catch (error) {
      const known = asOpsError(error);
      if (!this.#end.signal.aborted) this.#deps.log.error({ event: 'policy.look_failed', probe, err: known });
      return { passes: false, unknown: true, detail: known.message };
    }
  }

  /** What is written for people alone must not keep the engine from hearing what became of it. */
  #note(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#deps.log.error({ event: 'policy.not_noted', err: asOpsError(error) });
    }
  }

  async #takeEvidence(items: readonly string[], incidentId: string): Promise<void> {
    const { world, store, clock } = this.#deps;
    const folder = await world.takeEvidence(items, incidentId);
    if (folder !== null) this.#note(() => store.addEvidence(incidentId, folder, clock.now()));
    this.send({ type: 'evidence_ended', incidentId });
  }

  async #act(attempt: string, action: string): Promise<void> {
    const { store, policy, clock } = this.#deps;
    // Not within the step that asks for it: an answer must not come before the step is over.
    const acted = await this.#actedOf(action);
    // Broken off by us, which says nothing of it: the next start closes it as cut short.
    if (this.#breakOff.signal.aborted && acted.outcome !== 'ok') return;
    const ended = { attempt, ...acted };
    this.#note(() => store.endAttempt(policy.service, ended, clock.now()));
    this.send({ type: 'action_ended', ...ended });
  }

  /** A lock that another program has is waited for. One that cannot be taken at all mends by no waiting: the next step tells of it. */
  async #actedOf(action: string): Promise<Ended> {
    const { world, log } = this.#deps;
    try {
      this.#lock ??= world.tryLock();
      if (this.#lock) return await world.act(action, this.#breakOff.signal);
      return { outcome: 'busy', exitCode: null, durationMs: 0, detail: 'another program works on it' };
    } catch (error) {
      const known = asOpsError(error);
      log.error({ event: 'policy.action_failed', action, err: known });
      return { outcome: 'failed', exitCode: null, durationMs: 0, detail: known.message };
    }
  }
}

type Ended = Omit<ActionEnded, 'type' | 'attempt'>;

/** Looks alone change nothing that a kill may not lose. */
const mustOutlive = ({ decisions, effects }: PolicyStep): boolean =>
  decisions.length > 0 || effects.some((effect) => effect.do !== 'look');
