import { createHttpProbe, type HttpLook, type HttpProbe } from '@yoban/host-tools/probes/http';
import type { Observed } from '@yoban/host-tools/probes/probe';
import type { ServiceConfig } from '@yoban/shared/config/kit-config';
import type { CheckResult } from '@yoban/shared/contracts/check';
import { isoTime } from '@yoban/shared/contracts/time';
import { announcedAt } from '@yoban/shared/maintenance';
import { type Hold, type LivenessEvent, LivenessState, stepLiveness } from '../core/liveness-fault.ts';
import { FaultKeeper } from '../fault-keeper.ts';
import { type Repeat, repeat } from '../repeat.ts';
import type { Watch, WatchDeps } from './watch.ts';

export interface LivenessHooks {
  /** The supervised process: running now, or gone; null = no supervisor, only health can tell. */
  process: () => { running: boolean; gone: boolean } | null;
  onAnswer: () => void;
  onFall: () => void;
}

/** Asks the guarded app itself whether it lives, each second; a fault of the kit never counts against it. */
export class LivenessWatch implements Watch {
  readonly #service: string;
  readonly #health: NonNullable<ServiceConfig['health']>;
  readonly #deps: WatchDeps;
  readonly #hooks: LivenessHooks;
  readonly #keeper: FaultKeeper<LivenessState>;
  readonly #probe: HttpProbe;
  readonly #end = new AbortController();
  #look: Observed<HttpLook> | null = null;
  #answeredAt: number | null = null;
  #loop: Repeat | null = null;

  constructor(service: string, health: NonNullable<ServiceConfig['health']>, deps: WatchDeps, hooks: LivenessHooks) {
    this.#service = service;
    this.#health = health;
    this.#deps = deps;
    this.#hooks = hooks;
    this.#probe = createHttpProbe({ url: health.url, timeoutMs: health.timeout });
    this.#keeper = new FaultKeeper({
      subject: `liveness/${service}`,
      service,
      schema: LivenessState,
      fresh: { at: 'unknown' },
      store: deps.store,
      log: deps.log,
      wake: deps.wake,
    });
  }

  start(): void {
    this.#loop = repeat(
      'liveness',
      () => this.#everyMs(),
      () => this.#ask(),
      this.#deps.log,
    );
    this.#loop.now();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#loop?.stop();
    this.#probe.close();
  }

  get answeredAt(): number | null {
    return this.#answeredAt;
  }

  get askedAt(): number | null {
    return this.#look?.observedAt ?? null;
  }

  /** True or false by the newest look; null before the first one of this process. */
  get answers(): boolean | null {
    return this.#look ? isAnswer(this.#look) : null;
  }

  /** Another process: what was known is of the one before. */
  forget(): void {
    this.#look = null;
    this.#loop?.now();
  }

  sample(): CheckResult[] {
    const look = this.#look;
    const state = look === null ? 'unknown' : isAnswer(look) ? 'up' : 'down';
    return [
      {
        check: 'liveness',
        service: this.#service,
        observedAt: isoTime(look?.observedAt ?? Date.now()),
        everyMs: Math.max(this.#deps.config.pace.sampleEveryMs, this.#health.every),
        state,
        httpStatus: look?.outcome === 'answered' ? look.status : null,
        latencyMs: look?.outcome === 'answered' ? look.latencyMs : null,
        error: look === null || isAnswer(look) ? null : detailOf(look),
      },
      ...this.#processByHealth(state),
    ];
  }

  /** Without a supervisor, the answer is all that is known of the process. */
  #processByHealth(state: 'up' | 'down' | 'unknown'): CheckResult[] {
    if (this.#hooks.process() !== null) return [];
    const unknown = { pid: null, startedAt: null, memoryMb: null, memoryLimitMb: null, cpuPercent: null };
    const everyMs = Math.max(this.#deps.config.pace.sampleEveryMs, this.#health.every);
    const base = { service: this.#service, observedAt: isoTime(this.#look?.observedAt ?? Date.now()), everyMs };
    const counts = { cpuSustained: false, restartCount: 0, restartsLeft: null, supervisor: 'none' };
    return [{ check: 'process', ...base, state, ...unknown, ...counts }];
  }

  #everyMs(): number {
    const process = this.#hooks.process();
    return process?.gone && process.running ? this.#deps.config.pace.hurryEveryMs : this.#health.every;
  }

  async #ask(): Promise<void> {
    const process = this.#hooks.process();
    // Nobody is there to answer; the process watch tells of that.
    if (process && !process.running) return;
    const before = this.answers;
    const look = await this.#probe.look(this.#end.signal);
    if (this.#end.signal.aborted) return;
    this.#look = look;
    const answered = isAnswer(look);
    if (answered) this.#answeredAt = look.observedAt;
    this.#judge(look);
    if (before !== answered) this.#deps.publish(this.sample());
    if (answered) this.#hooks.onAnswer();
    else if (before === true) this.#hooks.onFall();
  }

  #judge(look: Observed<HttpLook>): void {
    const now = Date.now();
    const event: LivenessEvent = isAnswer(look)
      ? { type: 'answered' }
      : { type: 'failed', timedOut: look.outcome === 'failed' && look.failure === 'timeout', detail: detailOf(look) };
    const policy = {
      service: this.#service,
      host: new URL(this.#health.url).host,
      fall: this.#health.fall,
      repaired: this.#isRepaired(),
    };
    const hold = event.type === 'failed' ? this.#hold(now) : null;
    this.#keeper.take(stepLiveness(this.#keeper.state, event, { ...policy, hold }, now), now);
    const { state } = this.#keeper;
    const standing = state.at === 'down' && state.told ? 'open' : state.at === 'failing' ? 'coming' : 'none';
    this.#deps.board.set(this.#service, `liveness/${this.#service}`, 'health_unreachable', standing);
  }

  #hold(now: number): Hold {
    const policy = this.#deps.board.policyOf(this.#service);
    if (policy.acting || announcedAt(this.#deps.config.paths.run, this.#service, now)) return 'maintenance';
    const process = this.#hooks.process();
    if (process && (process.gone || !process.running)) return 'process';
    if (this.#deps.board.open(this.#service).has('database_corrupt')) return 'database';
    return policy.tells ? 'policy' : null;
  }

  /** Its service's policy has acted since it fell silent. */
  #isRepaired(): boolean {
    const { state } = this.#keeper;
    return state.at === 'down' && this.#deps.board.repairedSince(this.#service, state.since);
  }
}

const isAnswer = (look: HttpLook): boolean => look.outcome === 'answered' && look.status >= 200 && look.status < 300;

const detailOf = (look: HttpLook): string => (look.outcome === 'answered' ? `HTTP ${look.status}` : look.detail);
