import type { CycleOutcome, LlmOutcome, ReportDeltas, TipOutcome } from './report-body.ts';

const START_CAPACITY = 256;

/** One byte an event; its place in this list is the code. */
const CODES = [
  ['llm', 'ok'],
  ['llm', 'error'],
  ['llm', 'timeout'],
  ['llm', 'fallback'],
  ['tip', 'ok'],
  ['tip', 'failed'],
  ['cycle', 'ok'],
  ['cycle', 'failed'],
] as const satisfies readonly (
  | readonly ['llm', LlmOutcome]
  | readonly ['tip', TipOutcome]
  | readonly ['cycle', CycleOutcome]
)[];
type Kind = (typeof CODES)[number][0];

export interface DeltaEvent {
  kind: Kind;
  outcome: LlmOutcome | TipOutcome | CycleOutcome;
  ms: number;
  /** Yen of a tip, drift in ms of a cycle, 0 of a model call. */
  extra: number;
}

export interface DeltaSlice {
  deltas: ReportDeltas;
  count: number;
  /** When the newest of these was recorded. */
  lastAt: number;
}

/**
 * The calls not yet put into a report: a ring of plain numbers (25 bytes an event) that grows to `capacity` and then drops the
 * oldest, so a kit that stays away costs at most 25 × capacity bytes (H4).
 */
export class DeltaBuffer {
  readonly #capacity: number;
  #at = new Float64Array(START_CAPACITY);
  #ms = new Float64Array(START_CAPACITY);
  #extra = new Float64Array(START_CAPACITY);
  #code = new Uint8Array(START_CAPACITY);
  #head = 0;
  #size = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = Math.max(START_CAPACITY, Math.floor(capacity));
  }

  get size(): number {
    return this.#size;
  }

  /** Events lost because the ring was full, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  push(event: DeltaEvent, now: number): void {
    const code = CODES.findIndex(([kind, outcome]) => kind === event.kind && outcome === event.outcome);
    if (code < 0) return;
    if (this.#size === this.#at.length) this.#makeRoom();
    const slot = (this.#head + this.#size) % this.#at.length;
    this.#at[slot] = now;
    this.#ms[slot] = event.ms;
    this.#extra[slot] = event.extra;
    this.#code[slot] = code;
    this.#size += 1;
  }

  /** Takes the oldest events out: at most `maxEvents`, none recorded more than `maxSpanMs` after the first. */
  take(maxEvents: number, maxSpanMs: number): DeltaSlice {
    const slice: DeltaSlice = { deltas: { llmCalls: [], tips: [], cycles: [] }, count: 0, lastAt: 0 };
    const firstAt = this.#at[this.#head] ?? 0;
    while (this.#size > 0 && slice.count < maxEvents) {
      const at = this.#at[this.#head] ?? 0;
      if (at - firstAt > maxSpanMs) break;
      this.#moveOldestInto(slice.deltas);
      slice.count += 1;
      slice.lastAt = at;
    }
    return slice;
  }

  #moveOldestInto(deltas: ReportDeltas): void {
    const ms = this.#ms[this.#head] ?? 0;
    const extra = this.#extra[this.#head] ?? 0;
    const entry = CODES[this.#code[this.#head] ?? 0] ?? CODES[0];
    if (entry[0] === 'llm') deltas.llmCalls.push([ms, entry[1]]);
    else if (entry[0] === 'tip') deltas.tips.push([extra, ms, entry[1]]);
    else deltas.cycles.push([ms, extra, entry[1]]);
    this.#head = (this.#head + 1) % this.#at.length;
    this.#size -= 1;
  }

  #makeRoom(): void {
    if (this.#at.length >= this.#capacity) {
      this.#head = (this.#head + 1) % this.#at.length;
      this.#size -= 1;
      this.#dropped += 1;
      return;
    }
    const length = Math.min(this.#capacity, this.#at.length * 2);
    this.#at = this.#unrolled(this.#at, new Float64Array(length));
    this.#ms = this.#unrolled(this.#ms, new Float64Array(length));
    this.#extra = this.#unrolled(this.#extra, new Float64Array(length));
    this.#code = this.#unrolled(this.#code, new Uint8Array(length));
    this.#head = 0;
  }

  #unrolled<T extends Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(from: T, to: T): T {
    to.set(from.subarray(this.#head));
    to.set(from.subarray(0, this.#head), from.length - this.#head);
    return to;
  }
}
