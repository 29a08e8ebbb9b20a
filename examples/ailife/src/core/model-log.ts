import type { LlmOutcome } from '@yoban/agent';

const HOUR_MS = 3_600_000;
const MAX_CALLS = 50_000;

export interface ModelStats {
  callsLastHour: number;
  errorsLastHour: number;
  timeoutsLastHour: number;
  fallbacksLastHour: number;
  /** Calls that did not end ok, in percent of all. */
  errorRatePercent: number;
  avgMsLastHour: number;
  lastSuccessAt: number | null;
  fallbackActive: boolean;
}

/** The app's own record of its model calls since its start: the truth that a dashboard's numbers are held against. */
export class ModelLog {
  #calls: { at: number; ms: number; outcome: LlmOutcome }[] = [];
  #lastSuccessAt: number | null = null;
  #fallbackActive = false;

  record(ms: number, outcome: LlmOutcome, now: number): void {
    this.#calls.push({ at: now, ms, outcome });
    if (this.#calls.length > MAX_CALLS) this.#calls.shift();
    if (outcome === 'ok') this.#lastSuccessAt = now;
    if (outcome === 'ok' || outcome === 'fallback') this.#fallbackActive = outcome === 'fallback';
  }

  stats(now: number): ModelStats {
    this.#calls = this.#calls.filter((call) => call.at > now - HOUR_MS);
    const all = this.#calls.length;
    const of = (outcome: LlmOutcome) => this.#calls.filter((call) => call.outcome === outcome).length;
    return {
      callsLastHour: all,
      errorsLastHour: of('error'),
      timeoutsLastHour: of('timeout'),
      fallbacksLastHour: of('fallback'),
      errorRatePercent: all === 0 ? 0 : ((all - of('ok')) / all) * 100,
      avgMsLastHour: all === 0 ? 0 : this.#calls.reduce((sum, call) => sum + call.ms, 0) / all,
      lastSuccessAt: this.#lastSuccessAt,
      fallbackActive: this.#fallbackActive,
    };
  }
}
