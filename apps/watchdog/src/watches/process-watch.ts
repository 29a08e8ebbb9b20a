import { readLogTail } from '@yoban/host-tools/log-tail';
import { createProcessProbe } from '@yoban/host-tools/probes/process';
import { isRunning, startedAtMs } from '@yoban/host-tools/proc';
import type { ServiceLogs, Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import { atMost } from '@yoban/shared/at-most';
import type { ServiceConfig } from '@yoban/shared/config/kit-config';
import type { CheckOf, CheckResult } from '@yoban/shared/contracts/check';
import { isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { maintenanceAt } from '@yoban/shared/maintenance';
import { createCpuWindow } from '../core/cpu-window.ts';
import { lastErrorOf } from '../core/last-error.ts';
import {
  type ProcessPolicy,
  ProcessState,
  type Running,
  stepProcess,
  unseenProcess,
  unstableNow,
} from '../core/process-fault.ts';
import { FaultKeeper } from '../fault-keeper.ts';
import { type Repeat, repeat } from '../repeat.ts';
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
}

const firstGraceMs = MINUTE;
/** A gap is watched closely for this long; a service that is down for hours costs no more than one that is up. */
const closeWatchMs = MINUTE;
const freshEvidenceMs = MINUTE;
/** A process that takes the request and says nothing does not get more time than this by it. */
const askWithinMs = 2 * SECOND;
const usualMinUptimeMs = MINUTE;
const askEndMs = SECOND;

/** Watches the process of one supervised service: /proc each second, pushed exits at once, the supervisor's list on doubt. */
export class ProcessWatch implements Watch {
  readonly #service: string;
  readonly #config: ServiceConfig;
  readonly #supervisor: Supervisor;
  readonly #deps: WatchDeps;
  readonly #hooks: ProcessHooks;
  readonly #keeper: FaultKeeper<ProcessState>;
  readonly #doubt: ReturnType<typeof createSupervisorDoubt>;
  readonly #probe = createProcessProbe();
  readonly #cpu = createCpuWindow();
  readonly #end = new AbortController();
  #measured: { pid: number; at: number; memoryMb: number | null; cpuPercent: number | null } | null = null;
  #running: Running | null = null;
  #seen: { startTicks: number; at: number } | null = null;
  #shown = '';
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
  }

  start(): void {
    this.#forgetOtherSession();
    this.#endWatch = this.#supervisor.watch(({ event, restarts }) => {
      // The fall first: pm2 says that it gave up before it says that the process ended.
      this.#look();
      this.#hear({ gaveUp: event === 'gave-up', restarts });
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
    this.#endWatch?.();
    await this.#loop?.stop();
    // A supervisor that is being stopped with us may never answer; its answer would be of no use now.
    await atMost(this.#asking, askEndMs);
    this.#deps.store.mark(this.#stopMark, this.#supervisor.generation() ?? '');
  }

  /** Looks again now: the service has just answered. */
  look(): void {
    this.#look();
  }

  get running(): Running | null {
    return this.#running;
  }

  /** True in its grace, while it is down, and before it was first seen: its silence is then no fault of its own. */
  get isGone(): boolean {
    return this.#keeper.state.at !== 'up';
  }

  sample(): CheckResult[] {
    return [this.#check()];
  }

  get #stopMark(): string {
    return `clean-stop/${this.#service}`;
  }

  /** The kit was stopped in an orderly way and runs under a new supervisor: what ran before tells nothing about now. */
  #forgetOtherSession(): void {
    const { store } = this.#deps;
    const before = store.readMark(this.#stopMark);
    if (before && before !== (this.#supervisor.generation() ?? '') && this.#keeper.state.at !== 'down') {
      this.#keeper.reset(unseenProcess(Date.now()));
    }
    store.mark(this.#stopMark, '');
  }

  #everyMs(): number {
    const { lookEveryMs, hurryEveryMs } = this.#deps.config.pace;
    const { state } = this.#keeper;
    return state.at !== 'up' && Date.now() - state.since < closeWatchMs ? hurryEveryMs : lookEveryMs;
  }

  #look(): void {
    if (this.#end.signal.aborted) return;
    const now = Date.now();
    const before = this.#keeper.state;
    this.#running = this.#find(now);
    if (this.#running?.startTicks !== this.#seen?.startTicks) {
      this.#seen = this.#running && { startTicks: this.#running.startTicks, at: now };
    }
    const steady = before.at === 'up' && this.#running?.startTicks === before.process.startTicks;
    const maintenance = !steady && maintenanceAt(this.#deps.config.paths.run, this.#service, now) !== null;
    const look = { process: this.#running, answeredAt: this.#hooks.answeredAt(), unasked: this.#isUnasked(now) };
    const event = { type: 'look', ...look, maintenance } as const;
    this.#keeper.take(stepProcess(before, event, this.#policy(), now), now);
    this.#show();
    if (before.at === 'up' && !steady) this.#hooks.onFall();
    // Not waited for: a supervisor that hangs must not keep us from seeing the process.
    this.#asking = this.#askOnDoubt(now);
  }

  #isUnasked(now: number): boolean {
    if (!this.#running || !this.#config.health) return false;
    const asked = (this.#hooks.askedAt() ?? 0) >= this.#running.startedAt;
    return !asked && now - (this.#seen?.at ?? now) < askWithinMs;
  }

  async #askOnDoubt(now: number): Promise<void> {
    const { state } = this.#keeper;
    const goneMs = state.at === 'up' || this.#running ? null : now - state.since;
    const news = await this.#doubt.ask(goneMs, this.#running?.pid ?? null);
    if (news) this.#hear(news);
  }

  #hear(news: { gaveUp: boolean; restarts: number | null }): void {
    if (this.#end.signal.aborted) return;
    const now = Date.now();
    this.#keeper.take(stepProcess(this.#keeper.state, { type: 'supervisor', ...news }, this.#policy(), now), now);
    this.#show();
    if (news.gaveUp) this.#look();
  }

  #find(now: number): Running | null {
    if (this.#running && isRunning(this.#running)) return this.#running;
    const found = this.#supervisor.processNow();
    if (!found) return null;
    return { pid: found.pid, startTicks: found.startTicks, startedAt: startedAtMs(found, now) };
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
    const shown = `${this.#running?.pid ?? 0}/${this.#running?.startTicks ?? 0}`;
    const key = `${shown}/${state.total}/${state.unstable}`;
    if (key === this.#shown) return;
    const processChanged = !this.#shown.startsWith(`${shown}/`);
    this.#shown = key;
    this.#deps.publish(this.sample());
    if (processChanged) this.#hooks.onChange();
  }

  #check(): CheckOf<'process'> {
    const { state } = this.#keeper;
    const running = this.#running;
    const now = Date.now();
    const use = this.#measure(now);
    const unseen = state.at === 'grace' && state.why === 'first-look';
    const gaveUp = state.at !== 'up' && state.exhausted;
    return {
      check: 'process',
      service: this.#service,
      observedAt: isoTime(now),
      everyMs: this.#deps.config.pace.sampleEveryMs,
      state: running ? 'up' : unseen ? 'unknown' : 'down',
      pid: running?.pid ?? null,
      startedAt: running ? isoTime(running.startedAt) : null,
      memoryMb: use?.memoryMb ?? null,
      memoryLimitMb: this.#doubt.known?.memoryLimitMb ?? this.#config.limits.memoryMb,
      cpuPercent: use?.cpuPercent ?? null,
      cpuSustained: this.#cpu.sustained,
      restartCount: state.total,
      restartsLeft: gaveUp ? 0 : Math.max(0, this.#restartLimit - unstableNow(state, this.#minUptimeMs, now)),
      supervisor: this.#supervisor.kind,
    };
  }

  /** A rate over less than a second says nothing: two samples close together share one measurement. */
  #measure(now: number): { memoryMb: number | null; cpuPercent: number | null } | null {
    const pid = this.#running?.pid ?? null;
    if (this.#measured && this.#measured.pid === pid && now - this.#measured.at < SECOND) return this.#measured;
    const use = this.#probe(pid);
    this.#cpu.add(use?.cpuPercent ?? null, now);
    this.#measured = use && pid !== null ? { pid, at: now, ...use } : null;
    return this.#measured;
  }

  #lastError(): string | null {
    const { state } = this.#keeper;
    const logs: ServiceLogs | null = this.#doubt.logs;
    if (!logs?.error) return null;
    const since = state.at === 'up' ? Date.now() : state.since;
    return lastErrorOf(readLogTail(logs.error, since - freshEvidenceMs));
  }
}
