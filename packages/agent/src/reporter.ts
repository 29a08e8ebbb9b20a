import { DeltaBuffer } from './delta-buffer.ts';
import type { MetricsCollector } from './metrics-collector.ts';
import { type PostResult, postReport } from './post-report.ts';
import type { ReportBody } from './report-body.ts';

/** Calls that lie further apart than this never share a report, so that its one time fits them all (H3: ten-minute buckets). */
const MAX_SPAN_MS = 60_000;
const MAX_EVENTS_PER_REPORT = 2_000;

export interface ReporterOptions {
  collector: MetricsCollector;
  /** Base address of the kit, such as `http://127.0.0.1:3000`; `/api/report` is added. */
  url: string;
  token: string;
  /** Default: 5 s. */
  intervalMs?: number;
  /** How long the kit may take to answer. Default: 4 s. */
  timeoutMs?: number;
  /** Calls kept while the kit is away; beyond it the oldest go. Default: 20,000 (0.34 MB). */
  bufferEvents?: number;
  /** Called before a report is made up, so that the host can set its gauges for it. What it throws is ignored. */
  beforeReport?: () => void;
  /** Told once per change of trouble, undefined when it is over. */
  onProblem?: (reason: string | undefined) => void;
  now?: () => number;
}

export interface ReporterStats {
  acknowledged: number;
  /** Reports that the kit will never take (4xx); their calls count as dropped. */
  refused: number;
  /** Attempts without a usable answer; the same report is sent again. */
  unanswered: number;
  /** Calls waiting, the report under way included. */
  waitingEvents: number;
  droppedEvents: number;
  lastProblem: string | undefined;
}

interface Frozen {
  body: string;
  events: number;
  /** Tells of the past: more waits behind it. */
  late: boolean;
}

/**
 * Carries the collector's calls to the kit (H4). A report that was not acknowledged goes again with the same `seq` and the same
 * bytes before any newer one, so the kit counts each call once. Nothing here throws into the host, blocks it or keeps it alive.
 */
export class Reporter {
  readonly #collector: MetricsCollector;
  readonly #token: string;
  readonly #url: URL | undefined;
  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #onProblem: (reason: string | undefined) => void;
  readonly #beforeReport: () => void;
  readonly #buffer: DeltaBuffer;
  readonly #instance = crypto.randomUUID();
  readonly #timer: NodeJS.Timeout;
  #seq = 0;
  #frozen: Frozen | undefined;
  #round: Promise<boolean> | undefined;
  #acknowledged = 0;
  #refused = 0;
  #refusedEvents = 0;
  #unanswered = 0;
  #lastProblem: string | undefined;

  constructor(options: ReporterOptions) {
    this.#collector = options.collector;
    this.#token = String(options.token);
    this.#url = reportUrl(options.url);
    this.#timeoutMs = positive(options.timeoutMs, 4_000);
    this.#now = typeof options.now === 'function' ? options.now : Date.now;
    this.#onProblem = typeof options.onProblem === 'function' ? options.onProblem : () => {};
    this.#beforeReport = typeof options.beforeReport === 'function' ? options.beforeReport : () => {};
    this.#buffer = new DeltaBuffer(positive(options.bufferEvents, 20_000));
    this.#collector.sendEventsTo((event, now) => this.#buffer.push(event, now));
    this.#timer = setInterval(() => this.#tick(), positive(options.intervalMs, 5_000));
    this.#timer.unref();
    if (this.#url === undefined) this.#tell(`not an http address: ${String(options.url)}`);
  }

  get stats(): ReporterStats {
    return {
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      unanswered: this.#unanswered,
      waitingEvents: this.#buffer.size + (this.#frozen?.events ?? 0),
      droppedEvents: this.#buffer.dropped + this.#refusedEvents,
      lastProblem: this.#lastProblem,
    };
  }

  /** Sends now what waits. Never rejects; true when every call recorded before it has reached the kit or been refused by it. */
  async flush(): Promise<boolean> {
    // What came since a running round began may not be in its report.
    while (this.#round !== undefined) await this.#round;
    const round = this.#sendAll();
    this.#round = round;
    const done = await round;
    if (this.#round === round) this.#round = undefined;
    return done;
  }

  /** Ends the reports with a last flush that takes at most the answer limit. */
  async close(): Promise<boolean> {
    clearInterval(this.#timer);
    this.#collector.sendEventsTo(undefined);
    const deadline = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => deadline.resolve(false), this.#timeoutMs);
    const done = await Promise.race([this.flush(), deadline.promise]);
    clearTimeout(timer);
    return done;
  }

  #tick(): void {
    // A kit that answers slower than the interval gets one report at a time.
    if (this.#round === undefined) void this.flush();
  }

  async #sendAll(): Promise<boolean> {
    const url = this.#url;
    if (url === undefined) return false;
    for (;;) {
      const again = this.#frozen !== undefined;
      const frozen = this.#frozen ?? this.#freeze();
      this.#frozen = frozen;
      const result = await postReport(frozen.body, { url, token: this.#token, timeoutMs: this.#timeoutMs });
      if (!this.#settle(result, frozen)) return false;
      // A report of the past is followed at once by the next one, until one tells the present state.
      if (!again && !frozen.late) return true;
    }
  }

  /** False when the report must stay and be sent again later. */
  #settle(result: PostResult, sent: Frozen): boolean {
    if (result.kind === 'unanswered') {
      this.#unanswered += 1;
      this.#tell(result.reason);
      return false;
    }
    this.#frozen = undefined;
    if (result.kind === 'refused') {
      this.#refused += 1;
      this.#refusedEvents += sent.events;
      this.#tell(`report refused: ${result.reason}`);
      return true;
    }
    this.#acknowledged += 1;
    this.#tell(undefined);
    return true;
  }

  #freeze(): Frozen {
    try {
      this.#beforeReport();
    } catch (error) {
      // H4: the report goes with the gauges of before; the host hears why through its own handler.
      this.#tell(`beforeReport: ${error instanceof Error ? error.message : String(error)}`);
    }
    const slice = this.#buffer.take(MAX_EVENTS_PER_REPORT, MAX_SPAN_MS);
    const now = this.#now();
    const late = this.#buffer.size > 0 || (slice.count > 0 && now - slice.lastAt > MAX_SPAN_MS);
    const { gauges, ...state } = this.#collector.reportState();
    if (late) {
      // What memory was back then is not known; today's value under that time would draw a false history.
      delete gauges.processMemoryMb;
      delete gauges.processCpuPercent;
    }
    const body: ReportBody = {
      seq: this.#seq,
      at: new Date(late ? slice.lastAt : now).toISOString(),
      instance: this.#instance,
      deltas: slice.deltas,
      gauges: { ...gauges, droppedEvents: this.#buffer.dropped + this.#refusedEvents },
      ...state,
    };
    this.#seq += 1;
    return { body: JSON.stringify(body), events: slice.count, late };
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#lastProblem) return;
    this.#lastProblem = problem;
    try {
      this.#onProblem(problem);
    } catch {
      // H4: the host's own handler failed; stats.lastProblem still says what is wrong.
    }
  }
}

function reportUrl(base: unknown): URL | undefined {
  const text = String(base);
  const url = URL.parse('api/report', text.endsWith('/') ? text : `${text}/`);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

const positive = (value: unknown, fallback: number): number =>
  typeof value === 'number' && value > 0 && value <= 2 ** 31 - 1 ? value : fallback;
