import type { FaultConfig } from './fault-config.ts';
import type { ProbeConfig } from './probe-config.ts';

/**
 * The longest time from the moment something breaks, just after a look that was still good, to its confirmation; ms. The first bad look
 * begins `every` later and may take its whole limit, as may each quick recheck; what rechecks do not cover waits for the clock.
 */
export function worstDetectionMs({ every, timeout, fall, recheck }: ProbeConfig): number {
  const quick = Math.min(fall - 1, recheck?.times ?? 0);
  return every + timeout + quick * ((recheck?.every ?? 0) + timeout) + (fall - 1 - quick) * every;
}

/** The same of a fault: that of its slowest probe, whose name comes with it. Null where none of its probes is declared. */
export function worstDetectionOf(
  { anyOf, allOf }: FaultConfig,
  probes: Readonly<Record<string, ProbeConfig>>,
): { probe: string; ms: number } | null {
  const times = (anyOf ?? allOf ?? []).flatMap((probe) => {
    const config = probes[probe];
    return config ? [{ probe, ms: worstDetectionMs(config) }] : [];
  });
  return times.toSorted((one, other) => other.ms - one.ms)[0] ?? null;
}
