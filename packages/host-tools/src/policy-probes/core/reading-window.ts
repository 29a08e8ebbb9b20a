interface Kept<Reading> {
  reading: Reading;
  at: number;
}

export interface ReadingWindow<Reading> {
  /** Keeps a reading; gives the newest one that is at least the span older, or null while there is none. `at` = ms of one clock. */
  add(reading: Reading, at: number): Kept<Reading> | null;
  forget(): void;
}

/** Readings to take a rate from. A quick look after the last one still gets a rate over the whole span, not over a moment. */
export function createReadingWindow<Reading>(spanMs: number): ReadingWindow<Reading> {
  let kept: Kept<Reading>[] = [];
  return {
    add: (reading, at) => {
      const base = kept.findLast((one) => at - one.at >= spanMs) ?? null;
      kept = [...(base ? [base] : []), ...kept.filter((one) => at - one.at < spanMs), { reading, at }];
      return base;
    },
    forget: () => {
      kept = [];
    },
  };
}
