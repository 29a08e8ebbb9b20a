import type { MetricsCollector } from '@yoban/agent';
import type { Log } from './log.ts';
import { pause } from './pause.ts';
import type { QueuedTip, Tip, TipStore } from './store/tip-store.ts';

const RETRY_MS = 500;
const MAX_HELD = 10_000;

export interface TipQueueDeps {
  tips: TipStore;
  collector: MetricsCollector;
  log: Log;
  signal: AbortSignal;
  writingStopped: () => boolean;
  changed: () => void;
  storeFailed: (error: unknown) => void;
}

/** One tip after the other: stored when it comes, thanked for on screen, then marked ok or failed. */
export class TipQueue {
  readonly #deps: TipQueueDeps;
  readonly #tipMs: number;
  /** Came while nothing may be written. */
  #held: Tip[] = [];
  readonly #toFail = new Set<string>();
  #wake = () => {};

  constructor(tipMs: number, deps: TipQueueDeps) {
    this.#tipMs = tipMs;
    this.#deps = deps;
    deps.signal.addEventListener('abort', () => this.#wake());
  }

  get depth(): number {
    return this.#held.length + this.#deps.tips.depth();
  }

  /** `fail`: these will not be processed successfully (a fault switch). */
  arrive(tips: Tip[], fail = false): void {
    if (tips.length === 0) return;
    if (fail) for (const tip of tips) this.#toFail.add(tip.eventId);
    this.#held = [...this.#held, ...tips].slice(-MAX_HELD);
    this.#storeHeld();
    this.#wake();
  }

  /** Until the signal. What a crash left queued is processed first. */
  async run(): Promise<void> {
    const { signal, tips, writingStopped } = this.#deps;
    while (!signal.aborted) {
      this.#storeHeld();
      const tip = writingStopped() ? undefined : tips.next();
      if (tip) await this.#process(tip);
      else if (this.#held.length > 0 || writingStopped()) await pause(RETRY_MS, signal);
      else await this.#arrival();
    }
  }

  #storeHeld(): void {
    if (this.#deps.writingStopped() || this.#held.length === 0) return;
    try {
      this.#deps.tips.enqueue(this.#held, Date.now());
      this.#held = [];
      this.#deps.changed();
    } catch (error) {
      this.#deps.storeFailed(error);
    }
  }

  async #process(tip: QueuedTip): Promise<void> {
    const startedAt = performance.now();
    await pause(this.#tipMs, this.#deps.signal);
    if (this.#deps.signal.aborted || this.#deps.writingStopped()) return;
    const outcome = this.#toFail.delete(tip.eventId) ? 'failed' : 'ok';
    const ms = performance.now() - startedAt;
    try {
      this.#deps.tips.finish(tip, outcome, ms, Date.now());
    } catch (error) {
      this.#deps.storeFailed(error);
      await pause(RETRY_MS, this.#deps.signal);
      return;
    }
    this.#deps.collector.recordTip(tip.amountYen, ms, outcome);
    this.#deps.log.info({ event: 'tip.processed', outcome, amountYen: tip.amountYen });
    this.#deps.changed();
  }

  #arrival(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }
}
