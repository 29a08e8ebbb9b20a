import { AppHands, type HandsParts } from './app-hands.ts';
import type { Effect, Notice, Refusal, RunEvent, RunState, Wish } from './core/run-state.ts';
import { beginRun, wakeAt } from './core/run-state.ts';
import { appOf, type RunFacts, runFacts } from './core/run-status.ts';
import { stepRun } from './core/step-run.ts';
import { residentMb } from './proc.ts';
import type { PushKind } from './protocol.ts';
import { sendSignal } from './send-signal.ts';

/** Of all clients: one that asks and leaves, again and again, must not fill our memory while a stop takes its time. */
const maxWaitingWishes = 256;

export type WishOutcome = { ok: true } | { ok: false; message: string };

export interface RunnerParts extends HandsParts {
  tell(notice: Notice | { kind: 'orphans'; pids: number[] }): void;
  push(event: Exclude<PushKind, 'beat'>): void;
}

/** Does what the decisions say. One event after another: what happens while one is handled waits its turn. */
export class AppRunner {
  /** The parent's exit code: nothing of the app runs any more, or with 1 something that cannot be ended. */
  readonly end: Promise<0 | 1>;
  readonly #parts: RunnerParts;
  readonly #hands: AppHands;
  readonly #waiting: RunEvent[] = [];
  readonly #answers = new Map<number, (outcome: WishOutcome) => void>();
  #wishes = 0;
  #state: RunState;
  #timer: NodeJS.Timeout | undefined;
  #due: number | null = null;
  #leave: (code: 0 | 1) => void = () => undefined;

  constructor(parts: RunnerParts) {
    this.end = new Promise((resolve) => {
      this.#leave = resolve;
    });
    this.#parts = parts;
    this.#hands = new AppHands(parts, (event) => this.#dispatch(event));
    this.#state = beginRun(parts.options.policy, parts.clock.steadyMs()).state;
  }

  begin(): void {
    const { state, effects } = beginRun(this.#parts.options.policy, this.#parts.clock.steadyMs());
    const pids = this.#hands.leftovers();
    if (pids.length > 0) this.#parts.tell({ kind: 'orphans', pids });
    this.#become(state, effects);
    this.#setTimer();
  }

  facts(): RunFacts {
    return runFacts(this.#state, this.#parts.options.policy, this.#parts.clock.steadyMs());
  }

  wish(kind: Wish['do'], answer: (outcome: WishOutcome) => void): void {
    if (this.#answers.size >= maxWaitingWishes) {
      answer({ ok: false, message: this.#parts.words.refusals.tooMany });
      return;
    }
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
      const { options, clock } = this.#parts;
      const { state, effects } = stepRun(this.#state, next, options.policy, clock.steadyMs());
      this.#become(state, effects);
      this.#waiting.shift();
    }
    this.#setTimer();
  }

  #become(state: RunState, effects: readonly Effect[]): void {
    this.#state = state;
    if (state.phase.at !== 'clearing') this.#hands.abandonClearing();
    for (const effect of effects) this.#run(effect);
  }

  #setTimer(): void {
    const due = wakeAt(this.#state);
    if (due === this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    if (due === null) return;
    this.#timer = setTimeout(() => this.#ring(due), Math.max(0, due - this.#parts.clock.steadyMs()));
  }

  /** Where we stood still ourselves, an exit waits to be heard behind this timer: it comes first, or what has ended counts as stuck. */
  #ring(due: number): void {
    setImmediate(() => this.#dispatch({ type: 'time', due }));
  }

  #run(effect: Effect): void {
    const pid = appOf(this.#state)?.pid ?? null;
    switch (effect.do) {
      case 'launch':
        void this.#hands.launch();
        return;
      case 'end':
        if (pid !== null) this.#hands.end(pid);
        return;
      case 'kill':
        this.#hands.kill(pid);
        return;
      case 'clear':
        this.#hands.clear(effect.stage);
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
        this.#leave(effect.code);
        return;
      default:
        effect satisfies never;
    }
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
