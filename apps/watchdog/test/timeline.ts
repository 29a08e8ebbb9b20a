import type { ServiceConfig } from '@yoban/shared/config/kit-config';
import { parseConfig } from '@yoban/shared/config/load-config';
import type { PolicyDecision, PolicyEffect } from '../src/core/policy/policy-effect.ts';
import type { PolicyEvent } from '../src/core/policy/policy-event.ts';
import type { ServicePolicy } from '../src/core/policy/policy-rules.ts';
import { initialPolicyState, type PolicyState } from '../src/core/policy/policy-state.ts';
import { nextDueAt, stepPolicy } from '../src/core/policy/step-policy.ts';

/** The world that a policy watches over, as a scenario plays it. */
export interface PlayedWorld {
  /** Whether a look at a probe passes at this moment; a scenario changes what this reads. */
  passes: (probe: string) => boolean;
  /** What an action does to the world; false = it failed. One that is not named changes nothing and goes well. */
  acts?: Record<string, () => unknown>;
  /** How long an action takes, in seconds; 2 unless told. */
  takes?: Record<string, number>;
}

type Tell = Extract<PolicyEffect, { do: 'tell' }>;

const lookMs = 20;
const evidenceMs = 300;
const startedAt = Date.parse('2026-03-11T00:00:00Z');

const kit = {
  ...{ DB_PATH: '/d/game.sqlite', BACKUP_DIR: '/b', YOBAN_HOME: '/h', APP_PORT: '3100' },
  HEALTH_URL: 'http://127.0.0.1:3000/api/health',
};

/** The policy of a preset as it is shipped, or with lines of yoban.yml laid upon it. */
export function presetPolicy(
  preset: string,
  { env = {}, own = '' }: { env?: object; own?: string } = {},
): ServicePolicy & ServiceConfig {
  const config = parseConfig(`version: 1\ninclude: [${preset}]\n${own}`, { ...kit, ...env }, '/etc/yoban.yml');
  const service = config.services[preset];
  if (service === undefined) throw new Error(`no service ${preset}`);
  return { ...service, service: preset };
}

/** The same policy with some of its faults alone, where a scenario is about these. */
export const onlyFaults = <One extends ServicePolicy>(policy: One, ...names: string[]): One => ({
  ...policy,
  faults: Object.fromEntries(Object.entries(policy.faults).filter(([name]) => names.includes(name))),
});

/**
 * Plays a world against the real engine on a virtual clock: no time passes, nothing sleeps. Every state goes through JSON, as
 * it does through the store. Times are seconds since the begin.
 */
export class Timeline {
  readonly #policy: ServicePolicy;
  readonly #world: PlayedWorld;
  readonly #due: { at: number; order: number; happen: () => void }[] = [];
  readonly effects: { s: number; effect: PolicyEffect }[] = [];
  readonly decisions: (PolicyDecision & { s: number })[] = [];
  state: PolicyState;
  #now = startedAt;
  #order = 0;

  constructor(policy: ServicePolicy, world: PlayedWorld) {
    this.#policy = policy;
    this.#world = world;
    this.state = initialPolicyState(policy, startedAt);
  }

  /** Something happens to the world, or a person does something, at that second. */
  at(second: number, happen: () => void): this {
    this.#plan(startedAt + second * 1_000, happen);
    return this;
  }

  send(event: PolicyEvent): void {
    const step = stepPolicy(this.state, event, this.#policy, this.#now);
    this.state = JSON.parse(JSON.stringify(step.state)) as PolicyState;
    const s = this.second;
    for (const decision of step.decisions) this.decisions.push({ ...decision, s });
    for (const effect of step.effects) this.#carryOut(effect, s);
  }

  /** Lets the time pass until then. */
  until(second: number): this {
    const end = startedAt + second * 1_000;
    if (this.#now === startedAt && this.effects.length === 0) this.send({ type: 'started' });
    for (;;) {
      const next = this.#due[0];
      const wakeAt = nextDueAt(this.state);
      const at = Math.min(next?.at ?? Number.POSITIVE_INFINITY, wakeAt ?? Number.POSITIVE_INFINITY);
      if (at > end) break;
      this.#now = Math.max(this.#now, at);
      if (next && next.at <= this.#now) {
        this.#due.shift();
        next.happen();
      } else this.send({ type: 'timer' });
    }
    this.#now = end;
    return this;
  }

  get second(): number {
    return (this.#now - startedAt) / 1_000;
  }

  /** Actions begun, as `restart@60`; of a kick, who asked. */
  get runs(): { s: number; action: string; source: string }[] {
    return this.effects.flatMap(({ s, effect }) =>
      effect.do === 'run' ? [{ s, action: effect.action, source: effect.source }] : [],
    );
  }

  startsOf(action: string): number[] {
    return this.runs.filter((run) => run.action === action).map(({ s }) => s);
  }

  /** What people were told: `critical model_api_failing`, with `clear` for a recovery. */
  get told(): string[] {
    return this.tells.map(({ kind, level, alertType }) => `${kind === 'clear' ? 'clear' : level} ${alertType}`);
  }

  get tells(): (Tell & { s: number })[] {
    return this.effects.flatMap(({ s, effect }) => (effect.do === 'tell' ? [{ ...effect, s }] : []));
  }

  looksAt(probe: string): number {
    return this.effects.filter(({ effect }) => effect.do === 'look' && effect.probe === probe).length;
  }

  /** Seconds at which something was decided for a reason. */
  when(reason: PolicyDecision['reason'], fault?: string): number[] {
    return this.decisions
      .filter((one) => one.reason === reason && (fault === undefined || one.fault === fault))
      .map(({ s }) => s);
  }

  #carryOut(effect: PolicyEffect, s: number): void {
    this.effects.push({ s, effect });
    if (effect.do === 'look') {
      const { probe } = effect;
      this.#after(lookMs, () => this.send({ type: 'finding', probe, finding: this.#look(probe) }));
    } else if (effect.do === 'evidence') {
      const { incidentId } = effect;
      this.#after(evidenceMs, () => this.send({ type: 'evidence_ended', incidentId }));
    } else if (effect.do === 'run') this.#run(effect.action, effect.attempt);
  }

  #look(probe: string) {
    const passes = this.#world.passes(probe);
    return { passes, unknown: false, detail: passes ? 'good' : 'bad' };
  }

  #run(action: string, attempt: string): void {
    const config = this.#policy.actions[action];
    const own = config?.kind === 'wait' ? config.for : config?.kind === 'supervisor' ? config.delayBefore : 0;
    const durationMs = own + (this.#world.takes?.[action] ?? (config?.kind === 'wait' ? 0 : 2)) * 1_000;
    this.#after(durationMs, () => {
      const done = config?.kind === 'probe' ? this.#world.passes(config.probe) : this.#world.acts?.[action]?.();
      const outcome = done === false ? 'failed' : 'ok';
      const exitCode = done === false ? 1 : 0;
      this.send({ type: 'action_ended', attempt, outcome, exitCode, durationMs, detail: outcome });
    });
  }

  #after(ms: number, happen: () => void): void {
    this.#plan(this.#now + ms, happen);
  }

  #plan(at: number, happen: () => void): void {
    this.#order += 1;
    this.#due.push({ at, order: this.#order, happen });
    this.#due.sort((one, other) => one.at - other.at || one.order - other.order);
  }
}

/** A world in which the probes that are named fail; `good` and `bad` change that. */
export function playedWorld(acts: (world: DownList) => NonNullable<PlayedWorld['acts']> = () => ({})) {
  const down = new Set<string>();
  const list: DownList = {
    bad: (...probes) => probes.forEach((probe) => void down.add(probe)),
    good: (...probes) => probes.forEach((probe) => void down.delete(probe)),
  };
  const world: PlayedWorld = { passes: (probe) => !down.has(probe), acts: acts(list) };
  return { world, ...list };
}

export interface DownList {
  bad: (...probes: string[]) => void;
  good: (...probes: string[]) => void;
}
