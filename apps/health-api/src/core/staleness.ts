import type { Finding } from './observed.ts';

/** The additive fields of every check: how old its input is. */
export interface Freshness {
  stale: boolean;
  age_s: number | null;
  configured: boolean;
}

/** H2: input older than this many of its own intervals is stale. */
const staleIntervals = 3;

/** Outside the roll-up: no source is configured for it. */
export const notConfigured: Freshness = { stale: false, age_s: null, configured: false };

/** How old something observed at `observedAt` (epoch ms, null = never) is, when a new one is due each `everyMs`. */
export function freshnessOf(observedAt: number | null, everyMs: number, now: number): Freshness {
  if (observedAt === null) return { stale: true, age_s: null, configured: true };
  const ageMs = Math.max(0, now - observedAt);
  return { stale: ageMs > staleIntervals * everyMs, age_s: Math.round(ageMs / 100) / 10, configured: true };
}

/** Stale input makes degraded, never unhealthy (H2). `value` and `limit` are seconds. */
export function staleFinding(check: string, fresh: Freshness, everyMs: number): Finding[] {
  if (!fresh.stale) return [];
  return [
    {
      code: `${check.replace('.', '_')}_stale`,
      check,
      impact: 'degraded',
      value: fresh.age_s,
      limit: (staleIntervals * everyMs) / 1000,
    },
  ];
}
