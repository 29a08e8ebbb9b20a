import type { DeltaEvent } from './delta-buffer.ts';
import { asAmount, asCount, asGame, asInstant, asOneOf, asSigned } from './host-input.ts';
import { HourCounter } from './hour-counter.ts';
import { ProcessUsage } from './process-usage.ts';
import type {
  CycleOutcome,
  GameState,
  HostGauges,
  LlmOutcome,
  PlatformName,
  PlatformState,
  ReportBody,
  TipOutcome,
} from './report-body.ts';
import { SampleWindow } from './sample-window.ts';

const WINDOW = 100;
const LLM_OUTCOMES = ['ok', 'error', 'timeout', 'fallback'] as const satisfies LlmOutcome[];
const TIP_OUTCOMES = ['ok', 'failed'] as const satisfies TipOutcome[];
const CYCLE_OUTCOMES = ['ok', 'failed'] as const satisfies CycleOutcome[];

/** The 15 fields of H4. Arrays hold the last 100 calls, oldest first; counts are of the last hour or since start. */
export interface Metrics {
  llm_response_times: number[];
  llm_error_count: number;
  llm_timeout_count: number;
  llm_fallback_count: number;
  tips_processed_total: number;
  tips_processed_last_hour: number;
  tips_failed_last_hour: number;
  tip_processing_times: number[];
  cycles_completed: number;
  last_cycle_duration_ms: number;
  cycle_drift_ms: number;
  process_memory_mb: number;
  process_cpu_percent: number;
  db_size_mb: number;
  ws_connected_clients: number;
}

export interface MetricsCollectorOptions {
  /** Milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number;
}

/**
 * Counts what a guarded app does (H4). Every method is safe on the hot path: fixed memory, no I/O, never throws; a value of the
 * wrong type is left out and counted in `invalidInputs`.
 */
export class MetricsCollector {
  readonly #now: () => number;
  readonly #usage: ProcessUsage;
  readonly #llmTimes = new SampleWindow(WINDOW);
  readonly #tipTimes = new SampleWindow(WINDOW);
  readonly #llmErrors = new HourCounter();
  readonly #llmTimeouts = new HourCounter();
  readonly #llmFallbacks = new HourCounter();
  readonly #tipsOk = new HourCounter();
  readonly #tipsFailed = new HourCounter();
  readonly #gauges: Partial<HostGauges> = {};
  readonly #platforms: Partial<Record<PlatformName, PlatformState>> = {};
  #viewers: number | undefined;
  #game: GameState | undefined;
  #tipsTotal = 0;
  #cycles = 0;
  #lastCycleMs = 0;
  #driftMs = 0;
  #llmLastSuccessAt: number | null = null;
  #fallbackActive = false;
  #invalidInputs = 0;
  #sink: ((event: DeltaEvent, now: number) => void) | undefined;

  constructor(options: MetricsCollectorOptions = {}) {
    this.#now = typeof options.now === 'function' ? options.now : Date.now;
    this.#usage = new ProcessUsage(this.#now());
  }

  /** Values the host passed that could not be used, since the start. */
  get invalidInputs(): number {
    return this.#invalidInputs;
  }

  /** One call to the model: its duration and how it ended. An attempt that fails and is tried again is a call of its own. */
  recordLlmCall(durationMs: number, outcome: LlmOutcome): void {
    const ms = asAmount(durationMs);
    const ended = asOneOf(outcome, LLM_OUTCOMES);
    if (ms === undefined || ended === undefined) {
      this.#refuse();
      return;
    }
    const now = this.#now();
    this.#llmTimes.push(ms);
    if (ended === 'error') this.#llmErrors.add(1, now);
    if (ended === 'timeout') this.#llmTimeouts.add(1, now);
    if (ended === 'fallback') this.#llmFallbacks.add(1, now);
    if (ended === 'ok') this.#llmLastSuccessAt = now;
    // An error that is tried again says nothing yet about what the viewers get.
    if (ended === 'ok' || ended === 'fallback') this.#fallbackActive = ended === 'fallback';
    this.#sink?.({ kind: 'llm', outcome: ended, ms, extra: 0 }, now);
  }

  /** One tip: its amount, how long its processing took, and how it ended. */
  recordTip(amountYen: number, durationMs: number, outcome: TipOutcome): void {
    const yen = asAmount(amountYen);
    const ms = asAmount(durationMs);
    const ended = asOneOf(outcome, TIP_OUTCOMES);
    if (yen === undefined || ms === undefined || ended === undefined) {
      this.#refuse();
      return;
    }
    const now = this.#now();
    this.#tipTimes.push(ms);
    if (ended === 'ok') this.#tipsTotal += 1;
    (ended === 'ok' ? this.#tipsOk : this.#tipsFailed).add(1, now);
    this.#sink?.({ kind: 'tip', outcome: ended, ms, extra: yen }, now);
  }

  /** One game cycle: its duration and how far from its planned moment it began (negative = early). */
  recordCycle(durationMs: number, driftFromPlanMs: number, outcome: CycleOutcome = 'ok'): void {
    const ms = asAmount(durationMs);
    const driftMs = asSigned(driftFromPlanMs);
    const ended = asOneOf(outcome, CYCLE_OUTCOMES);
    if (ms === undefined || driftMs === undefined || ended === undefined) {
      this.#refuse();
      return;
    }
    if (ended === 'ok') this.#cycles += 1;
    this.#lastCycleMs = ms;
    this.#driftMs = driftMs;
    this.#sink?.({ kind: 'cycle', outcome: ended, ms, extra: driftMs }, this.#now());
  }

  setGauge(name: keyof HostGauges, value: number): void {
    const checked = name === 'dbSizeMb' ? asAmount(value) : asCount(value);
    if (checked === undefined) {
      this.#refuse();
      return;
    }
    if (name === 'dbSizeMb' || name === 'wsConnectedClients' || name === 'tipQueueDepth') this.#gauges[name] = checked;
    else this.#refuse();
  }

  setGame(game: GameState): void {
    const checked = asGame(game);
    if (checked === undefined) this.#refuse();
    else this.#game = checked;
  }

  /** `lastSeenAt`: last poll or event, milliseconds since the epoch, null = none yet. */
  setPlatform(name: PlatformName, connected: boolean, lastSeenAt: number | null): void {
    const platform = asOneOf(name, ['youtube', 'tiktok'] as const);
    const seenAt = asInstant(lastSeenAt);
    if (platform === undefined || seenAt === undefined || typeof connected !== 'boolean') {
      this.#refuse();
      return;
    }
    this.#platforms[platform] = { connected, lastSeenAt: seenAt };
  }

  setViewers(count: number): void {
    const checked = asCount(count);
    if (checked === undefined) this.#refuse();
    else this.#viewers = checked;
  }

  /** The 15 fields as they are now. */
  snapshot(): Metrics {
    const now = this.#now();
    const usage = this.#usage.sample(now);
    return {
      llm_response_times: this.#llmTimes.values(),
      llm_error_count: this.#llmErrors.total(now),
      llm_timeout_count: this.#llmTimeouts.total(now),
      llm_fallback_count: this.#llmFallbacks.total(now),
      tips_processed_total: this.#tipsTotal,
      tips_processed_last_hour: this.#tipsOk.total(now),
      tips_failed_last_hour: this.#tipsFailed.total(now),
      tip_processing_times: this.#tipTimes.values(),
      cycles_completed: this.#cycles,
      last_cycle_duration_ms: this.#lastCycleMs,
      cycle_drift_ms: this.#driftMs,
      process_memory_mb: usage.memoryMb,
      process_cpu_percent: usage.cpuPercent,
      db_size_mb: this.#gauges.dbSizeMb ?? 0,
      ws_connected_clients: this.#gauges.wsConnectedClients ?? 0,
    };
  }

  /** For the reporter: each recorded call goes to `sink` from now on. One sink at a time; undefined ends it. */
  sendEventsTo(sink: ((event: DeltaEvent, now: number) => void) | undefined): void {
    this.#sink = sink;
  }

  /** For the reporter: everything of a report but the calls themselves. */
  reportState(): Pick<ReportBody, 'gauges' | 'game' | 'platforms'> {
    const usage = this.#usage.sample(this.#now());
    const state: Pick<ReportBody, 'gauges' | 'game' | 'platforms'> = {
      gauges: {
        ...this.#gauges,
        processMemoryMb: usage.memoryMb,
        processCpuPercent: usage.cpuPercent,
        llmFallbackActive: this.#fallbackActive,
        llmLastSuccessAt: isoOrNull(this.#llmLastSuccessAt),
        tipsProcessedTotal: this.#tipsTotal,
        cyclesCompleted: this.#cycles,
      },
    };
    if (this.#game) state.game = { ...this.#game, lastCycleAt: isoOrNull(this.#game.lastCycleAt) };
    const platforms = this.#reportedPlatforms();
    if (Object.keys(platforms).length > 0) state.platforms = platforms;
    return state;
  }

  #reportedPlatforms(): NonNullable<ReportBody['platforms']> {
    const { youtube, tiktok } = this.#platforms;
    return {
      ...(youtube && { youtube: { connected: youtube.connected, lastPollAt: isoOrNull(youtube.lastSeenAt) } }),
      ...(tiktok && { tiktok: { connected: tiktok.connected, lastEventAt: isoOrNull(tiktok.lastSeenAt) } }),
      ...(this.#viewers !== undefined && { viewers: this.#viewers }),
    };
  }

  #refuse(): void {
    this.#invalidInputs += 1;
  }
}

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
