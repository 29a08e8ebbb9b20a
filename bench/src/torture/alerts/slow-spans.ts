import type { Span } from './expected.ts';

const tickMs = 100;
/** A timer that is later than this tells of a machine that has no time for us, nor for the alerters. */
const lateMs = 400;
/** Whoever had no time needs some to catch up. */
const aroundMs = 1_000;

/** Notes when this process did not come to its turn: then nobody can say what another one should have done at once. */
export function watchSlowness(): { slow: Span[]; stop(): void } {
  const slow: Span[] = [];
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > tickMs + lateMs) slow.push({ from: last - aroundMs, to: now + aroundMs });
    last = now;
  }, tickMs);
  return { slow, stop: () => clearInterval(timer) };
}
