/** When each part of the alerter last got through its work, so that one that is stuck can be told. */
export interface Pulse {
  beat(part: string): void;
  /** Parts that have not got through for longer than this. */
  silent(limitMs: number): string[];
}

/** `now` is a clock that never goes back, ms. Every part counts as alive at the start. */
export function createPulse(parts: readonly string[], now: () => number = () => performance.now()): Pulse {
  const beats = new Map(parts.map((part) => [part, now()]));
  return {
    beat: (part) => void beats.set(part, now()),
    silent: (limitMs) => [...beats].filter(([, at]) => now() - at > limitMs).map(([part]) => part),
  };
}
