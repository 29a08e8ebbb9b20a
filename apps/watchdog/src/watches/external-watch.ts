import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpProbe, type HttpProbe } from '@yoban/host-tools/probes/http';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { appendFixedName } from '@yoban/shared/fixed-name-file';
import { announcedAt } from '@yoban/shared/maintenance';
import { makeFolder } from '@yoban/shared/make-folder';
import {
  type ExternalContext,
  type ExternalEvent,
  ExternalState,
  nothingTold,
  readHealth,
  stepExternal,
} from '../core/external-check.ts';
import { FaultKeeper } from '../fault-keeper.ts';
import { type Repeat, repeat } from '../repeat.ts';
import type { Watch, WatchDeps } from './watch.ts';

const timeoutMs = 10 * SECOND;
const rechecks = 2;
const bodyMaxBytes = 1_048_576;
/** The status rises at the second good sample; one more for what is on its way. */
const samplesToRise = 3;

interface Attempted {
  event: ExternalEvent;
  httpStatus: number | null;
  latencyMs: number;
  attempts: number;
}

/** The check from outside the process (H6): fetches HEALTH_URL each minute as anybody would, tells, and never acts. */
export class ExternalWatch implements Watch {
  readonly #deps: WatchDeps;
  readonly #serviceUp: () => boolean | null;
  readonly #keeper: FaultKeeper<ExternalState>;
  readonly #probe: HttpProbe;
  readonly #end = new AbortController();
  readonly #logFile: string;
  #noteFailing = false;
  #first: NodeJS.Timeout | undefined;
  #loop: Repeat | null = null;

  /** `serviceUp`: what the primary service's own liveness says; null where nothing can tell. */
  constructor(deps: WatchDeps, serviceUp: () => boolean | null) {
    this.#deps = deps;
    this.#serviceUp = serviceUp;
    this.#logFile = path.join(deps.config.paths.logs, 'health-check.log');
    this.#probe = createHttpProbe({ url: deps.config.healthUrl, timeoutMs, bodyMaxBytes });
    this.#keeper = new FaultKeeper({
      subject: `external/${deps.config.primary}`,
      service: deps.config.primary,
      schema: ExternalState,
      fresh: nothingTold,
      store: deps.store,
      log: deps.log,
      wake: deps.wake,
    });
  }

  start(): void {
    const { externalFirstMs, externalEveryMs } = this.#deps.config.pace;
    this.#loop = repeat(
      'external',
      () => externalEveryMs,
      () => this.#check(),
      this.#deps.log,
    );
    // health-api starts at the same time as we do.
    this.#first = setTimeout(() => this.#loop?.now(), externalFirstMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#first);
    this.#end.abort();
    await this.#loop?.stop();
    this.#probe.close();
  }

  sample(): [] {
    return [];
  }

  async #check(): Promise<void> {
    const seen = await this.#fetchWithRechecks();
    if (this.#end.signal.aborted) return;
    this.#note(seen);
    const { primary, healthUrl, paths, pace } = this.#deps.config;
    const now = Date.now();
    if (announcedAt(paths.run, primary, now)) return;
    const context: ExternalContext = {
      service: primary,
      host: new URL(healthUrl).host,
      serviceUp: this.#serviceUp(),
      told: this.#deps.board.openOrComing(primary),
      justOver: this.#deps.board.justOver(primary, samplesToRise * pace.sampleEveryMs),
    };
    this.#keeper.take(stepExternal(this.#keeper.state, seen.event, context, now), now);
  }

  async #fetchWithRechecks(): Promise<Attempted> {
    for (let attempts = 1; ; attempts += 1) {
      const seen = await this.#fetch(attempts);
      if (seen.event.type === 'fetched' || attempts > rechecks || this.#end.signal.aborted) return seen;
      await this.#pause(this.#deps.config.pace.externalRecheckMs);
    }
  }

  async #fetch(attempts: number): Promise<Attempted> {
    const look = await this.#probe.look(this.#end.signal);
    const { latencyMs } = look;
    if (look.outcome === 'failed') {
      return { event: { type: 'unreachable', detail: look.detail }, httpStatus: null, latencyMs, attempts };
    }
    // 503 with a whole health response is an answer (?strict=1); 200 with something else is none.
    const event = readHealth(look.body) ?? { type: 'unreachable', detail: `HTTP ${look.status}, no health response` };
    return { event, httpStatus: look.status, latencyMs, attempts };
  }

  async #pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#end.signal });
    } catch (error) {
      if (!this.#end.signal.aborted) throw error;
    }
  }

  /** One JSON line a check, for people and their scripts. */
  #note({ event, httpStatus, latencyMs, attempts }: Attempted): void {
    const line = {
      at: isoTime(Date.now()),
      ok: event.type === 'fetched',
      status: event.type === 'fetched' ? event.status : 'unreachable',
      httpStatus,
      latencyMs,
      attempts,
      detail: event.type === 'fetched' ? event.reasons.map((reason) => reason.code).join(', ') || null : event.detail,
    };
    try {
      makeFolder(path.dirname(this.#logFile));
      appendFixedName(this.#logFile, `${JSON.stringify(line)}\n`);
      this.#noteFailing = false;
    } catch (error) {
      // What is seen has to be told all the same: a full disk, or a link in the way, must not blind the check.
      if (!this.#noteFailing) this.#deps.log.error({ event: 'external.log_failed', file: this.#logFile, err: error });
      this.#noteFailing = true;
    }
  }
}
