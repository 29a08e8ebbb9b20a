import { bucketSteps } from '../core/buckets.ts';
import type { CallSum } from '../core/minute-calls.ts';

/** Two days of ten-minute buckets; beyond it the oldest windows are read anew. */
const rememberedBuckets = 300;

/** Sums of buckets that are over, by (service, kind, step) and beginning; a late report makes its own bucket be read again. */
export function rememberBuckets() {
  const sums = new Map<string, Map<number, CallSum | null>>();
  const keyOf = (service: string, kind: string, stepMs: number) => `${service}/${kind}/${stepMs}`;
  return {
    of: (service: string, kind: string, stepMs: number): Map<number, CallSum | null> => {
      const key = keyOf(service, kind, stepMs);
      const known = sums.get(key);
      if (known && known.size <= rememberedBuckets) return known;
      const fresh = new Map<number, CallSum | null>();
      sums.set(key, fresh);
      return fresh;
    },
    forget: (service: string, kind: string, atMs: number): void => {
      for (const stepMs of bucketSteps)
        sums.get(keyOf(service, kind, stepMs))?.delete(Math.floor(atMs / stepMs) * stepMs);
    },
  };
}
