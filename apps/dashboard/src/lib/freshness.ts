/** How old the input of a panel is, seconds. `ageS` is null when the source has never been heard. */
export type Freshness =
  | { kind: 'fresh'; ageS: number | null }
  | { kind: 'stale'; ageS: number; everyS: number }
  | { kind: 'unknown'; ageS: number | null };

export interface Observation {
  /** The server's judgement of the source; it alone knows the interval that is configured for it. */
  stale: boolean;
  /** Age of the source when the server answered; null = never seen. */
  ageS: number | null;
  /** Seconds that the answer has lain here. */
  elapsedS: number;
  /** How often the source normally speaks. */
  everyS: number;
}

const STALE_AFTER_INTERVALS = 2;
const UNKNOWN_AFTER_INTERVALS = 5;
/** An answer of the server is due this often at the latest: by push, else by polling (D3). */
const ANSWER_EVERY_S = 10;

/**
 * D3: older than two intervals is stale, older than five is unknown, and neither may look green. Two clocks decide: how long the
 * server has not heard the source, and how long this page has not heard the server. The later verdict counts.
 */
export function freshnessOf({ stale, ageS, elapsedS, everyS }: Observation): Freshness {
  const totalS = ageS === null ? null : ageS + elapsedS;
  const lost = elapsedS > ANSWER_EVERY_S * UNKNOWN_AFTER_INTERVALS;
  if (lost || (stale && (totalS === null || totalS > everyS * UNKNOWN_AFTER_INTERVALS))) {
    return { kind: 'unknown', ageS: totalS ?? (lost ? elapsedS : null) };
  }
  if (stale) return { kind: 'stale', ageS: totalS ?? elapsedS, everyS };
  if (elapsedS > ANSWER_EVERY_S * STALE_AFTER_INTERVALS) {
    return { kind: 'stale', ageS: totalS ?? elapsedS, everyS: ANSWER_EVERY_S };
  }
  return { kind: 'fresh', ageS: totalS };
}

/** How often the source of each panel speaks in an ordinary configuration, seconds; backups by their most frequent tier. */
export const panelIntervalS = {
  status: 10,
  process: 10,
  database: 10,
  llm: 10,
  tips: 10,
  game: 10,
  platforms: 10,
  system: 60,
  backups: 3 * 3600,
} as const;
