import { microRounded } from './host-input.ts';
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
  /** When the newest of these was recorded, to the second. */
  lastAt: number;
}

type Column =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** Beyond it a Float32Array holds infinity, a report would say null, and the kit would refuse all of it. */
const LARGEST_FLOAT32 = 3.4e38;
const asFloat32 = (value: number): number => Math.max(-LARGEST_FLOAT32, Math.min(LARGEST_FLOAT32, value));

/**
 * The calls not yet put into a report: a ring of plain numbers (13 bytes an event) that grows to `capacity` and then drops the
 * oldest, so a kit that stays away costs at most 13 × capacity bytes (H4). Money is exact, a duration or drift under 16 s to the
 * microsecond and a longer one to one part in 16 million; when a call was made is kept to the second.
 */
export class DeltaBuffer {
  readonly #capacity: number;
  #atSecond = new Uint32Array(START_CAPACITY);
  #ms = new Float32Array(START_CAPACITY);
  /** Doubled at the first amount of money that 24 bits cannot hold, such as 20,000,001 yen. */
  #extra: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> = new Float32Array(START_CAPACITY);
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
    if (this.#size === this.#code.length) this.#makeRoom();
    const slot = (this.#head + this.#size) % this.#code.length;
    this.#atSecond[slot] = now / 1_000;
    this.#ms[slot] = asFloat32(event.ms);
    if (event.kind === 'tip') this.#keepMoney(event.extra, slot);
    else this.#extra[slot] = asFloat32(event.extra);
    this.#code[slot] = code;
    this.#size += 1;
  }

  #keepMoney(yen: number, slot: number): void {
    const fits = microRounded(Math.fround(yen)) === yen;
    if (!fits && this.#extra instanceof Float32Array) this.#extra = new Float64Array(this.#extra);
    this.#extra[slot] = yen;
  }

  /** Takes the oldest events out: at most `maxEvents`, none recorded more than `maxSpanMs` after the first. */
  take(maxEvents: number, maxSpanMs: number): DeltaSlice {
    const slice: DeltaSlice = { deltas: { llmCalls: [], tips: [], cycles: [] }, count: 0, lastAt: 0 };
    const firstAt = this.#oldestAt();
    while (this.#size > 0 && slice.count < maxEvents) {
      const at = this.#oldestAt();
      if (at - firstAt > maxSpanMs) break;
      this.#moveOldestInto(slice.deltas);
      slice.count += 1;
      slice.lastAt = at;
    }
    return slice;
  }

  #oldestAt(): number {
    return 1_000 * (this.#atSecond[this.#head] ?? 0);
  }

  #moveOldestInto(deltas: ReportDeltas): void {
    const ms = microRounded(this.#ms[this.#head] ?? 0);
    const extra = microRounded(this.#extra[this.#head] ?? 0);
    const entry = CODES[this.#code[this.#head] ?? 0] ?? CODES[0];
    if (entry[0] === 'llm') deltas.llmCalls.push([ms, entry[1]]);
    else if (entry[0] === 'tip') deltas.tips.push([extra, ms, entry[1]]);
    else deltas.cycles.push([ms, extra, entry[1]]);
    this.#head = (this.#head + 1) % this.#code.length;
    this.#size -= 1;
  }

  #makeRoom(): void {
    if (this.#code.length >= this.#capacity) {
      this.#head = (this.#head + 1) % this.#code.length;
      this.#size -= 1;
      this.#dropped += 1;
      return;
    }
    const length = Math.min(this.#capacity, this.#code.length * 2);
    this.#atSecond = this.#unrolled(this.#atSecond, new Uint32Array(length));
    this.#ms = this.#unrolled(this.#ms, new Float32Array(length));
    const wide = this.#extra instanceof Float64Array;
    this.#extra = this.#unrolled(this.#extra, wide ? new Float64Array(length) : new Float32Array(length));
    this.#code = this.#unrolled(this.#code, new Uint8Array(length));
    this.#head = 0;
  }

  #unrolled<T extends Column>(from: T, to: T): T {
    to.set(from.subarray(this.#head));
    to.set(from.subarray(0, this.#head), from.length - this.#head);
    return to;
  }
}
