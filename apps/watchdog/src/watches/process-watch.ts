import { readLogTail } from '@yoban/host-tools/log-tail';
import type { ServiceLogs, Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import { atMost } from '@yoban/shared/at-most';
import type { ServiceConfig } from '@yoban/shared/config/kit-config';
import type { CheckOf, CheckResult } from '@yoban/shared/contracts/check';
import { isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { announcedAt } from '@yoban/shared/maintenance';
import { lastErrorOf } from '../core/last-error.ts';
import {
  type ProcessPolicy,
  ProcessState,
  type Running,
  settlesAt,
  stepProcess,
  unseenProcess,
  unstableNow,
} from '../core/process-fault.ts';
import { FaultKeeper } from '../fault-keeper.ts';
import { type Repeat, repeat } from '../repeat.ts';
import { createProcessMeter, type ProcessMeter } from './process-meter.ts';
import { createProcessSight, type ProcessSight } from './process-sight.ts';
import { createSupervisorDoubt } from './supervisor-doubt.ts';
import type { Watch, WatchDeps } from './watch.ts';

export interface ProcessHooks {
  /** When the last answered liveness request was sent. */
  answeredAt: () => number | null;
  /** When the newest liveness request that has ended, well or badly, was sent. */
  askedAt: () => number | null;
  /** Another process, or none: the liveness known so far is of the one before. */
  onChange: () => void;
  /** It was gone for a moment at least: what it left behind is worth a look. */
  onFall: () => void;
  /** What the supervisor pushes, and what our own look sees where it does not. */
  onEvent: (event: 'exit' | 'online' | 'gave_up') => void;
}

const firstGraceMs = MINUTE;
/** A gap is watched closely for this long; a service that is down for hours costs no more than one that is up. */
const closeWatchMs = MINUTE;
const freshEvidenceMs = MINUTE;
/** A process that takes the request and says nothing does not get more time than this by it. */
const askWithinMs = 2 * SECOND;
const usualMinUptimeMs = MINUTE;
const askEndMs = SECOND;

/** Watches the process of one supervised service: a cheap look each second, pushed exits at once, the supervisor's word on doubt. */
export class ProcessWatch implements Watch {
  readonly #service: string;
  readonly #config: ServiceConfig;
  readonly #supervisor: Supervisor;
  readonly #deps: WatchDeps;
  readonly #hooks: ProcessHooks;
  readonly #keeper: FaultKeeper<ProcessState>;
  readonly #doubt: ReturnType<typeof createSupervisorDoubt>;
  readonly #meter: ProcessMeter;
  readonly #sight: ProcessSight;
  readonly #end = new AbortController();
  #running: Running | null = null;
  #shown = { process: '', all: '' };
  /** The life of the supervisor under which the watchdog was stopped in order; '' once that was judged. */
  #stoppedUnder = '';
  #endWatch: (() => void) | null = null;
  #loop: Repeat | null = null;
  #asking: Promise<void> = Promise.resolve();

  constructor(
    service: { name: string; config: ServiceConfig },
    supervisor: Supervisor,
    deps: WatchDeps,
    hooks: ProcessHooks,
  ) {
    this.#service = service.name;
    this.#config = service.config;
    this.#supervisor = supervisor;
    this.#deps = deps;
    this.#hooks = hooks;
    this.#keeper = new FaultKeeper({
      subject: `process/${service.name}`,
      service: service.name,
      schema: ProcessState,
      fresh: unseenProcess(Date.now()),
      store: deps.store,
      log: deps.log,
      wake: deps.wake,
      lastError: () => this.#lastError(),
    });
    this.#doubt = createSupervisorDoubt(supervisor, service.name, deps);
    this.#meter = createProcessMeter(supervisor);
    this.#sight = createProcessSight(supervisor, service.name, deps.log);
  }

  start(): void {
    this.#stoppedUnder = this.#deps.store.readMark(this.#stopMark) ?? '';
    this.#deps.store.mark(this.#stopMark, '');
    this.#endWatch = this.#supervisor.watch(({ event, restarts }) => {
      if (event === 'away') this.#deps.log.warn({ event: 'supervisor.away', service: this.#service });
      // The fall first: pm2 says that it gave up before it says that the process ended.
      this.#look();
      this.#hear({ gaveUp: event === 'gave-up', restarts });
      if (event !== 'away') this.#hooks.onEvent(event === 'gave-up' ? 'gave_up' : event);
    });
    this.#loop = repeat(
      'process',
      () => this.#everyMs(),
      async () => this.#look(),
      this.#deps.log,
    );
    this.#loop.now();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    const generation = this.#supervisor.generation() ?? '';
    this.#endWatch?.();
    await this.#loop?.stop();
    // A supervisor that is being stopped with us may never answer; its answer would be of no use now.
    await atMost(this.#asking, askEndMs);
    this.#deps.store.mark(this.#stopMark, generation);
  }

  /** Looks again now: the service has just answered. */
  look(): void {
    this.#look();
  }

  /** False only where it is known that no process runs. */
  get mayRun(): boolean {
    return this.#running !== null || this.#isUnjudged;
  }

  /** True in its grace, while it is down, and before it was first seen: its silence is then no fault of its own. */
  get isGone(): boolean {
    return this.#keeper.state.at !== 'up' && !this.#isUnjudged;
  }

  /** Never seen, and out of sight: only the app itself can say whether it lives. */
  get #isUnjudged(): boolean {
    return !this.#sight.isClear && isUnseen(this.#keeper.state);
  }

  sample(): CheckResult[] {
    return [this.#check()];
  }

  get #stopMark(): string {
    return `clean-stop/${this.#service}`;
  }

  /** The kit was stopped in an orderly way and runs under a new supervisor: what ran before tells nothing about now. */
  #forgetOtherSession(now: number): void {
    if (this.#stoppedUnder === '') return;
    const isOther = this.#stoppedUnder !== (this.#supervisor.generation() ?? '');
    if (isOther && this.#keeper.state.at !== 'down') this.#keeper.reset(unseenProcess(now));
    this.#stoppedUnder = '';
  }

  #everyMs(): number {
    const { lookEveryMs, hurryEveryMs } = this.#deps.config.pace;
    const { state } = this.#keeper;
    const now = Date.now();
    const everyMs = state.at !== 'up' && now - state.since < closeWatchMs ? hurryEveryMs : lookEveryMs;
    const settlesInMs = (settlesAt(state, this.#policy()) ?? now) - now;
    return settlesInMs > 0 ? Math.min(everyMs, settlesInMs) : everyMs;
  }

  #look(): void {
    if (this.#end.signal.aborted) return;
    const now = Date.now();
    const { state } = this.#keeper;
    this.#running = this.#sight.look(now, state.at === 'up' ? state.process : null);
    if (this.#sight.isClear) this.#forgetOtherSession(now);
    if (this.#isUnjudged) {
      this.#show();
      return;
    }
    const before = this.#keeper.state;
    const steady = before.at === 'up' && this.#running?.startTicks === before.process.startTicks;
    const maintenance = !steady && this.#isWorkedOn(now);
    const look = { process: this.#running, answeredAt: this.#hooks.answeredAt(), unasked: this.#isUnasked(now) };
    const event = { type: 'look', ...look, maintenance } as const;
    this.#keeper.take(stepProcess(before, event, this.#policy(), now), now);
    this.#show();
    if (before.at === 'up' && !steady) {
      this.#hooks.onFall();
      this.#hooks.onEvent('exit');
    }
    // Not waited for: a supervisor that hangs must not keep us from seeing the process.
    this.#asking = this.#askOnDoubt(now);
  }

  /** By announcement, or by a repair of ours: what is seen meanwhile is no fault. */
  #isWorkedOn(now: number): boolean {
    const { board, config } = this.#deps;
    return board.policyOf(this.#service).acting || announcedAt(config.paths.run, this.#service, now) !== null;
  }

  #isUnasked(now: number): boolean {
    if (!this.#running || !this.#config.health) return false;
    const asked = (this.#hooks.askedAt() ?? 0) >= this.#running.startedAt;
    return !asked && now - (this.#sight.since ?? now) < askWithinMs;
  }

  async #askOnDoubt(now: number): Promise<void> {
    const { state } = this.#keeper;
    const goneMs = state.at === 'up' || this.#running ? null : now - state.since;
    const news = await this.#doubt.ask(goneMs, this.#running);
    if (news) this.#hear(news);
  }

  #hear(news: { gaveUp: boolean; restarts: number | null }): void {
    if (this.#end.signal.aborted) return;
    const now = Date.now();
    this.#keeper.take(stepProcess(this.#keeper.state, { type: 'supervisor', ...news }, this.#policy(), now), now);
    this.#show();
    if (news.gaveUp) this.#look();
  }

  #policy(): ProcessPolicy {
    return {
      service: this.#service,
      supervisor: this.#supervisor.kind,
      graceMs: this.#config.grace,
      firstGraceMs: Math.max(firstGraceMs, this.#config.grace),
      minUptimeMs: this.#minUptimeMs,
      restartLimit: this.#restartLimit,
      hasLiveness: this.#config.health !== undefined,
      repairedSince: (since) => this.#deps.board.repairedSince(this.#service, since),
    };
  }

  get #minUptimeMs(): number {
    return this.#doubt.known?.minUptimeMs ?? usualMinUptimeMs;
  }

  get #restartLimit(): number {
    return this.#doubt.known?.restartLimit ?? this.#config.limits.restarts;
  }

  /** Tells the board and, when a person would see a difference, the bus. */
  #show(): void {
    const { state } = this.#keeper;
    const coming = state.at === 'grace' && state.why !== 'first-look';
    const standing = state.at === 'down' ? 'open' : coming ? 'coming' : 'none';
    this.#deps.board.set(this.#service, `process/${this.#service}`, 'process_down', standing);
    const process = `${this.#running?.pid ?? 0}/${this.#running?.startTicks ?? 0}`;
    const gaveUp = state.at !== 'up' && state.exhausted;
    const all = `${process}/${state.total}/${state.unstable}/${this.#sight.isClear}/${gaveUp}`;
    if (all === this.#shown.all) return;
    const processChanged = process !== this.#shown.process;
    this.#shown = { process, all };
    this.#deps.publish(this.sample());
    if (processChanged) this.#hooks.onChange();
  }

  #check(): CheckOf<'process'> {
    const { state } = this.#keeper;
    // What is only remembered is not shown.
    const running = this.#sight.isClear ? this.#running : null;
    const now = Date.now();
    const use = this.#meter.read(running, now);
    const isOpen = isUnseen(state) || (state.at === 'up' && !this.#sight.isClear);
    const gaveUp = state.at !== 'up' && state.exhausted;
    return {
      check: 'process',
      service: this.#service,
      observedAt: isoTime(now),
      everyMs: this.#deps.config.pace.sampleEveryMs,
      state: running ? 'up' : isOpen ? 'unknown' : 'down',
      pid: running?.pid ?? null,
      startedAt: running ? isoTime(running.startedAt) : null,
      memoryMb: use?.memoryMb ?? null,
      memoryLimitMb: this.#doubt.known?.memoryLimitMb ?? this.#config.limits.memoryMb,
      cpuPercent: use?.cpuPercent ?? null,
      cpuSustained: this.#meter.sustained,
      restartCount: state.total,
      restartsLeft: gaveUp ? 0 : Math.max(0, this.#restartLimit - unstableNow(state, this.#minUptimeMs, now)),
      supervisor: this.#supervisor.kind,
    };
  }

  #lastError(): string | null {
    const { state } = this.#keeper;
    const logs: ServiceLogs | null = this.#doubt.logs;
    if (!logs?.error) return null;
    const since = state.at === 'up' ? Date.now() : state.since;
    return lastErrorOf(readLogTail(logs.error, since - freshEvidenceMs));
  }
}

const isUnseen = (state: ProcessState): boolean => state.at === 'grace' && state.why === 'first-look';
