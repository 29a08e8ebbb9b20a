/** The value below which `share` (0..1) of the sample lies, by nearest rank; NaN for an empty sample. */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (sample: readonly number[]): number => percentile(sample, 0.5);

/** `n=7, 210–260` for the note of a row. */
export const spread = (sample: readonly number[]): string =>
  `n=${sample.length}, ${Math.min(...sample).toPrecision(3)}–${Math.max(...sample).toPrecision(3)}`;
