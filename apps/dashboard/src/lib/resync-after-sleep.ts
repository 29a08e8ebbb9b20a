import { SECOND } from '@yoban/shared/contracts/time';
import type { LiveSocket } from './live-socket.ts';

const CHECK_EVERY_MS = 5 * SECOND;
const JUMP_MS = 5 * SECOND;

/**
 * While a computer sleeps its monotonic clock may stand still, so the page would think its data fresh. When the wall clock ran
 * further than the monotonic one, everything is asked for anew.
 */
export function resyncAfterSleep(live: LiveSocket, monotonicMs: () => number, epochMs: () => number): void {
  let gap = epochMs() - monotonicMs();
  setInterval(() => {
    const now = epochMs() - monotonicMs();
    if (Math.abs(now - gap) > JUMP_MS) live.resync();
    gap = now;
  }, CHECK_EVERY_MS);
}
