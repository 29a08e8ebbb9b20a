/** A pattern that was seen at a look, so many times. */
export interface LogHit {
  /** Epoch ms. */
  at: number;
  pattern: string;
  count: number;
}

const dayMs = 86_400_000;
const hitsMax = 500;

/** What is kept: a day of hits, and all since the start where that is what counts. */
export const keptHits = (hits: readonly LogHit[], since: number, now: number): LogHit[] =>
  hits.filter(({ at }) => at >= Math.min(since, now - dayMs)).slice(-hitsMax);

export interface LogSummary {
  count: number;
  detail: string;
}

/** The hits since a time in one line, the most frequent pattern first, with those of a day beside. */
export function summariseHits(hits: readonly LogHit[], since: number, now: number): LogSummary {
  const counts = new Map<string, number>();
  for (const { at, pattern, count } of hits) if (at >= since) counts.set(pattern, (counts.get(pattern) ?? 0) + count);
  const count = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const inDay = hits.reduce((sum, hit) => sum + (hit.at > now - dayMs ? hit.count : 0), 0);
  const day = inDay > count ? ` (${inDay} in 24 h)` : '';
  if (count === 0) return { count, detail: `nothing seen${day}` };
  const list = [...counts].sort((a, b) => b[1] - a[1]).map(([pattern, times]) => `"${pattern}" ${times} times`);
  return { count, detail: `${list.join(', ').replaceAll(' 1 times', ' once')}${day}` };
}
