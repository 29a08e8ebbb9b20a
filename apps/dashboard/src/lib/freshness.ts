/** How old the input of a panel is. `ageS` is null when the source has never been heard. */
export type Freshness =
  | { kind: 'fresh'; ageS: number | null }
  | { kind: 'stale'; ageS: number; everyS: number }
  | { kind: 'unknown'; ageS: number | null };

export interface Observation {
  /** The server's own judgement; it knows the real interval of the source. */
  stale: boolean;
  /** Age when the server answered; null = never seen. */
  ageS: number | null;
  /** Seconds since that answer arrived here. */
  elapsedS: number;
  /** How often this panel normally gets a new value. */
  everyS: number;
}

export const STALE_AFTER_INTERVALS = 2;
export const UNKNOWN_AFTER_INTERVALS = 5;

/**
 * D3: older than two intervals is stale, older than five is unknown, and neither may look green. A source that the server calls
 * fresh at an age above ours reports more slowly than we assume, so its own age stretches the interval.
 */
export function freshnessOf({ stale, ageS, elapsedS, everyS }: Observation): Freshness {
  if (ageS === null) return stale ? { kind: 'unknown', ageS: null } : byAge(elapsedS, everyS, null);
  const interval = stale ? everyS : Math.max(everyS, ageS / STALE_AFTER_INTERVALS);
  const total = ageS + elapsedS;
  if (stale && total <= interval * UNKNOWN_AFTER_INTERVALS) return { kind: 'stale', ageS: total, everyS };
  return byAge(total, interval, total);
}

function byAge(seconds: number, everyS: number, shownAgeS: number | null): Freshness {
  if (seconds > everyS * UNKNOWN_AFTER_INTERVALS) return { kind: 'unknown', ageS: shownAgeS };
  if (seconds > everyS * STALE_AFTER_INTERVALS) return { kind: 'stale', ageS: seconds, everyS };
  return { kind: 'fresh', ageS: shownAgeS };
}

/** The expected interval of each panel, seconds: reports and checks arrive faster than the fallback poll, hosts and backups slower. */
export const panelIntervalS = {
  status: 10,
  process: 10,
  llm: 10,
  tips: 10,
  game: 10,
  platforms: 10,
  system: 60,
  backups: 60,
} as const;
