import type { AppOutput } from './app-output.ts';
import { launchApp } from './app-process.ts';
import type { RunEvent } from './core/run-state.ts';
import { type Clearing, endLeftovers } from './end-leftovers.ts';
import { type AppTrace, findLeftovers } from './leftovers.ts';
import type { RunOptions } from './parse-options.ts';
import { sendSignal } from './send-signal.ts';
import type { RunWords } from './words/words.ts';

export interface RunClock {
  /** The system's, for what is shown. */
  epochMs(): number;
  /** One that nobody sets, for durations. */
  steadyMs(): number;
}

export interface HandsParts {
  clock: RunClock;
  options: RunOptions;
  words: RunWords;
  /** Environment of the app, its mark in it. */
  env: NodeJS.ProcessEnv;
  /** What a parent before us may have left: looked for before the first start. */
  orphans: AppTrace;
  /** The same for our own; its session is filled in at each start. */
  trace: AppTrace;
  output: AppOutput;
  /** A new process runs: remember it outside, in case we are killed. */
  keep(app: { pid: number; startTicks: number }): void;
}

/** What touches the processes of the app. Everything that comes of it is told as an event. */
export class AppHands {
  readonly #parts: HandsParts;
  readonly #tell: (event: RunEvent) => void;
  #trace: AppTrace;
  /** The group that has had its SIGTERM. */
  #askedGroup: number | null = null;
  #clearing: Clearing | null = null;

  constructor(parts: HandsParts, tell: (event: RunEvent) => void) {
    this.#parts = parts;
    this.#tell = tell;
    this.#trace = parts.orphans;
  }

  /** Pids of all that is there of the app now. */
  leftovers(): number[] {
    return findLeftovers(this.#trace).map(({ pid }) => pid);
  }

  async launch(): Promise<void> {
    const { options, env, output, words, trace, keep, clock } = this.#parts;
    const { program, args } = options;
    const started = await launchApp({ program, args, env, piped: output.piped }, (code, signal) =>
      this.#tell({ type: 'exited', code, signal, at: this.#parts.clock.epochMs() }),
    );
    if ('failed' in started) {
      this.#tell({ type: 'spawn-failed', message: words.spawnProblems[started.failed] ?? started.failed });
      return;
    }
    const { pid, startTicks } = started;
    if (started.output) output.carry(started.output);
    this.#trace = { ...trace, session: pid };
    this.#askedGroup = null;
    keep({ pid, startTicks });
    this.#tell({ type: 'spawned', app: { pid, startTicks, startedAt: clock.epochMs(), sinceMs: clock.steadyMs() } });
  }

  /** A stopped process keeps its SIGTERM pending, so it is told to go on as well. */
  end(pid: number): void {
    this.#askedGroup = pid;
    sendSignal(-pid, 'SIGTERM');
    sendSignal(-pid, 'SIGCONT');
  }

  /** SIGKILL to all there is. `pid` = its first process, null when that is gone. */
  kill(pid: number | null): void {
    if (pid !== null) sendSignal(-pid, 'SIGKILL');
    if (this.#clearing) this.#clearing.kill();
    else for (const one of this.leftovers()) sendSignal(one, 'SIGKILL');
  }

  /** Ends what the last process left, until nothing is there. */
  clear(stage: 'term' | 'kill'): void {
    const [trace, group] = [this.#trace, this.#askedGroup];
    this.#clearing = endLeftovers(
      () => findLeftovers(trace),
      { stage, isAsked: (process) => process.group === group },
      () => this.#tell({ type: 'cleared' }),
    );
  }

  /** A search that was given up must not go on beside a new process. */
  abandonClearing(): void {
    this.#clearing?.abandon();
    this.#clearing = null;
  }
}
