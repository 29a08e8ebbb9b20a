import type { AppOutput } from './app-output.ts';
import { launchApp } from './app-process.ts';
import type { Effect, Notice, Refusal, RunEvent, RunState, Wish } from './core/run-state.ts';
import { beginRun, wakeAt } from './core/run-state.ts';
import { appOf, type RunFacts, runFacts } from './core/run-status.ts';
import { stepRun } from './core/step-run.ts';
import { type Clearing, endLeftovers } from './end-leftovers.ts';
import { type AppTrace, findLeftovers } from './leftovers.ts';
import type { RunOptions } from './parse-options.ts';
import { residentMb } from './proc.ts';
import type { PushKind } from './protocol.ts';
import { sendSignal } from './send-signal.ts';
import type { RunWords } from './words/words.ts';

export type WishOutcome = { ok: true } | { ok: false; message: string };

export interface RunnerParts {
  options: RunOptions;
  words: RunWords;
  /** Environment of the app, its mark in it. */
  env: NodeJS.ProcessEnv;
  /** What to look for before the first start: what a parent before us left. */
  orphans: AppTrace;
  /** The same for our own; its session is filled in at each start. */
  trace: AppTrace;
  output: AppOutput;
  tell(notice: Notice | { kind: 'orphans'; pids: number[] }): void;
  push(event: Exclude<PushKind, 'beat'>): void;
  /** A new process runs: remember it outside, in case we are killed. */
  keep(app: { pid: number; startTicks: number }): void;
  /** The end: nothing of the app runs any more, but with code 1. */
  leave(code: 0 | 1): void;
}

/** Does what the decisions say. One event after another: what happens while one is handled waits its turn. */
export class AppRunner {
  readonly #parts: RunnerParts;
  readonly #waiting: RunEvent[] = [];
  readonly #answers = new Map<number, (outcome: WishOutcome) => void>();
  #wishes = 0;
  #state: RunState;
  #trace: AppTrace;
  /** The group that has had its SIGTERM. */
  #askedGroup: number | null = null;
  #clearing: Clearing | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#trace = parts.orphans;
    this.#state = beginRun(parts.options.policy, Date.now()).state;
  }

  begin(): void {
    const { state, effects } = beginRun(this.#parts.options.policy, Date.now());
    const pids = findLeftovers(this.#trace).map(({ pid }) => pid);
    if (pids.length > 0) this.#parts.tell({ kind: 'orphans', pids });
    this.#become(state, effects);
    this.#setTimer();
  }

  facts(): RunFacts {
    return runFacts(this.#state, this.#parts.options.policy, Date.now());
  }

  wish(kind: Wish['do'], answer: (outcome: WishOutcome) => void): void {
    this.#wishes += 1;
    this.#answers.set(this.#wishes, answer);
    this.#dispatch({ type: 'ask', id: this.#wishes, do: kind });
  }

  terminate(): void {
    this.#dispatch({ type: 'terminate' });
  }

  /** To the app's first process, which passes on to its children what they need. */
  forward(signal: NodeJS.Signals): void {
    const app = appOf(this.#state);
    if (app) sendSignal(app.pid, signal);
  }

  checkMemory(): void {
    const app = appOf(this.#state);
    const mb = app && residentMb(app.pid);
    if (mb !== null) this.#dispatch({ type: 'memory', mb });
  }

  #dispatch(event: RunEvent): void {
    this.#waiting.push(event);
    // The first in line is being handled right now, and what it does led here.
    if (this.#waiting.length > 1) return;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { state, effects } = stepRun(this.#state, next, this.#parts.options.policy, Date.now());
      this.#become(state, effects);
      this.#waiting.shift();
    }
    this.#setTimer();
  }

  #become(state: RunState, effects: readonly Effect[]): void {
    this.#state = state;
    // A search belongs to its phase: one that was given up must not go on beside a new process.
    if (state.phase.at !== 'clearing') {
      this.#clearing?.abandon();
      this.#clearing = null;
    }
    for (const effect of effects) this.#run(effect);
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const due = wakeAt(this.#state);
    if (due === null) return;
    this.#timer = setTimeout(() => this.#dispatch({ type: 'time', due }), Math.max(0, due - Date.now()));
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'launch':
        void this.#launch();
        return;
      case 'end':
        this.#end();
        return;
      case 'kill':
        this.#kill();
        return;
      case 'clear':
        this.#clear(effect.stage);
        return;
      case 'reply':
        this.#answer(effect.to, { ok: true });
        return;
      case 'refuse':
        this.#answer(effect.to, { ok: false, message: this.#refusalText(effect.why) });
        return;
      case 'push':
        this.#parts.push(effect.event);
        return;
      case 'tell':
        this.#parts.tell(effect.notice);
        return;
      case 'leave':
        this.#parts.leave(effect.code);
        return;
      default:
        effect satisfies never;
    }
  }

  async #launch(): Promise<void> {
    const { options, env, output, words, trace, keep } = this.#parts;
    const { program, args } = options;
    const started = await launchApp({ program, args, env, piped: output.piped }, (code, signal) =>
      this.#dispatch({ type: 'exited', code, signal }),
    );
    if ('failed' in started) {
      this.#dispatch({ type: 'spawn-failed', message: words.spawnProblems[started.failed] ?? started.failed });
      return;
    }
    const { pid, startTicks } = started;
    if (started.output) output.carry(started.output);
    this.#trace = { ...trace, session: pid };
    this.#askedGroup = null;
    keep({ pid, startTicks });
    this.#dispatch({ type: 'spawned', app: { pid, startTicks, startedAt: Date.now() } });
  }

  #end(): void {
    const app = appOf(this.#state);
    if (!app) return;
    this.#askedGroup = app.pid;
    sendSignal(-app.pid, 'SIGTERM');
    sendSignal(-app.pid, 'SIGCONT');
  }

  #kill(): void {
    if (this.#clearing) {
      this.#clearing.kill();
      return;
    }
    const app = appOf(this.#state);
    if (app) sendSignal(-app.pid, 'SIGKILL');
    for (const { pid } of findLeftovers(this.#trace)) sendSignal(pid, 'SIGKILL');
  }

  #clear(stage: 'term' | 'kill'): void {
    const trace = this.#trace;
    const group = this.#askedGroup;
    this.#clearing = endLeftovers(
      () => findLeftovers(trace),
      { stage, isAsked: (process) => process.group === group },
      () => this.#dispatch({ type: 'cleared' }),
    );
  }

  #answer(id: number, outcome: WishOutcome): void {
    this.#answers.get(id)?.(outcome);
    this.#answers.delete(id);
  }

  #refusalText(why: Refusal): string {
    const { words, options } = this.#parts;
    return typeof why === 'string' ? words.refusals[why] : words.notStarted(options.program, why.notStarted);
  }
}
