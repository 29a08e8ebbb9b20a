/**
 * Durations in buckets that grow by 2 %, so any percentile is exact to 1 % and histograms of different minutes can be added:
 * each call is counted once however long the window is (H3). The scheme is DDSketch's logarithmic mapping (Masson et al., VLDB 2019).
 */
export type Histogram = Map<number, number>;

const accuracy = 0.01;
const growth = (1 + accuracy) / (1 - accuracy);
const logGrowth = Math.log(growth);
const lastBucket = 1023;
const countBits = 22;
const maxCount = 2 ** countBits - 1;

const bucketOf = (ms: number): number => (ms <= 1 ? 0 : Math.min(lastBucket, Math.ceil(Math.log(ms) / logGrowth)));
const durationOf = (bucket: number): number => (bucket === 0 ? 1 : (2 * growth ** bucket) / (growth + 1));

export function addDuration(histogram: Histogram, ms: number): void {
  const bucket = bucketOf(ms);
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
}

export function mergeHistogram(into: Histogram, from: Histogram): void {
  for (const [bucket, count] of from) into.set(bucket, (into.get(bucket) ?? 0) + count);
}

/** The nearest-rank percentile in ms (`share` 0..1), at most `maxMs`; null for no calls. */
export function percentile(histogram: Histogram, share: number, maxMs: number): number | null {
  let total = 0;
  for (const count of histogram.values()) total += count;
  if (total === 0) return null;
  const wanted = Math.max(1, Math.ceil(total * share));
  let seen = 0;
  for (const bucket of [...histogram.keys()].sort((a, b) => a - b)) {
    seen += histogram.get(bucket) ?? 0;
    if (seen >= wanted) return Math.min(durationOf(bucket), maxMs);
  }
  return maxMs;
}

/** Four bytes a bucket, little-endian: 10 bits bucket, 22 bits count. */
export function encodeHistogram(histogram: Histogram): Buffer {
  const bytes = Buffer.allocUnsafe(histogram.size * 4);
  let at = 0;
  for (const [bucket, count] of histogram) {
    bytes.writeUInt32LE(bucket * 2 ** countBits + Math.min(count, maxCount), at);
    at += 4;
  }
  return bytes;
}

/** Adds an encoded histogram to one in memory. */
export function mergeEncoded(into: Histogram, bytes: Buffer): void {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32LE(at);
    const bucket = word >>> countBits;
    into.set(bucket, (into.get(bucket) ?? 0) + (word & maxCount));
  }
}

/** Adds up many encoded histograms in an array of all buckets, which is ten times as fast as a map: a day's chart is 1,440 of them. */
export interface HistogramSum {
  add(bytes: Buffer): void;
  /** The sum so far; the next one begins at nothing. */
  take(): Histogram;
}

export function createHistogramSum(): HistogramSum {
  const counts = new Float64Array(lastBucket + 1);
  return {
    add: (bytes) => {
      for (let at = 0; at + 4 <= bytes.length; at += 4) {
        const word = bytes.readUInt32LE(at);
        counts[word >>> countBits] = (counts[word >>> countBits] ?? 0) + (word & maxCount);
      }
    },
    take: () => {
      const sum: Histogram = new Map();
      counts.forEach((count, bucket) => {
        if (count > 0) sum.set(bucket, count);
      });
      counts.fill(0);
      return sum;
    },
  };
}
