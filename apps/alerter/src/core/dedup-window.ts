/** End of the aligned window bucket that `now` falls into. */
export const bucketEnd = (now: number, windowMs: number): number => (Math.floor(now / windowMs) + 1) * windowMs;

/** True inside the window of the last sending. A sending "in the future" means the clock went back: then nothing is withheld. */
export const insideWindow = ({ lastSentAt }: { lastSentAt: number | null }, now: number, windowMs: number): boolean =>
  lastSentAt !== null && lastSentAt <= now && now - lastSentAt < windowMs;

/** A moment in the past by the store's clock; one in the future was noted before the clock went back and proves nothing. */
export const past = (at: number | null, now: number): at is number => at !== null && at <= now;

/** True for what ended with its bucket. One that ends more than a window ahead was noted before the clock went back: over too. */
export const bucketOver = (until: number, now: number, windowMs: number): boolean =>
  until <= now || until > now + windowMs;

interface Counting {
  unreported: { until: number; count: number }[];
}

/** One more raise that is counted and told only by the summary of its bucket. */
export function counted<M extends Counting>(memory: M, now: number, windowMs: number): M {
  const until = bucketEnd(now, windowMs);
  const known = memory.unreported.find((one) => one.until === until);
  const others = memory.unreported.filter((one) => one !== known);
  return { ...memory, unreported: [...others, { until, count: (known?.count ?? 0) + 1 }] };
}
