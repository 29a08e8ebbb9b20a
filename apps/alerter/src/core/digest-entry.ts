import { z } from 'zod';
import { bucketEnd, bucketOver } from './dedup-window.ts';

/** Raises of a WARNING in one bucket, and the channels whose digest of that bucket is still to list them. Times are epoch ms. */
export const DigestEntry = z.strictObject({
  until: z.number(),
  count: z.int().positive(),
  /** The sources' own times of the first and the last raise. */
  first: z.number(),
  last: z.number(),
  channels: z.array(z.string()).min(1),
  /** The incidents it is about: their records show the digest. */
  epochs: z.array(z.int()),
});
export type DigestEntry = z.infer<typeof DigestEntry>;

interface Listing {
  /** The source's own time of the raise. */
  at: number;
  epoch: number;
  channels: readonly string[];
  now: number;
  windowMs: number;
}

/** The entries with one more raise; without channels a WARNING is listed nowhere. */
export function listed(entries: readonly DigestEntry[], listing: Listing): DigestEntry[] {
  const { at, epoch, channels, now, windowMs } = listing;
  if (channels.length === 0) return [...entries];
  const until = bucketEnd(now, windowMs);
  const one = { until, count: 1, first: at, last: at, channels: [...channels], epochs: [epoch] };
  const known = entries.find((entry) => entry.until === until && sameChannels(entry.channels, channels));
  return [...entries.filter((entry) => entry !== known), known ? merged(known, one) : one];
}

/** What the digest of a channel lists now, as one, and what is left for later or for other channels. */
export function takeListed(
  entries: readonly DigestEntry[],
  channel: string,
  { now, windowMs }: { now: number; windowMs: number },
): { due: DigestEntry | null; left: DigestEntry[] } {
  const isDue = (entry: DigestEntry) => entry.channels.includes(channel) && bucketOver(entry.until, now, windowMs);
  const due = entries.filter(isDue);
  const left = entries.flatMap((entry) => {
    if (!isDue(entry)) return [entry];
    const channels = entry.channels.filter((name) => name !== channel);
    return channels.length > 0 ? [{ ...entry, channels }] : [];
  });
  return { due: due.length > 0 ? due.reduce(merged) : null, left };
}

/** Everything that waits, in the bucket that `now` falls into: what was held back is told with its end. */
export function relisted(entries: readonly DigestEntry[], now: number, windowMs: number): DigestEntry[] {
  return entries.map((entry) => ({ ...entry, until: bucketEnd(now, windowMs) }));
}

const merged = (a: DigestEntry, b: DigestEntry): DigestEntry => ({
  until: Math.max(a.until, b.until),
  count: a.count + b.count,
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
  channels: a.channels,
  epochs: [...new Set([...a.epochs, ...b.epochs])].slice(-epochsMax),
});

/** An alert that flaps all through a bucket shows the digest on its newest records. */
const epochsMax = 20;

const sameChannels = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));
