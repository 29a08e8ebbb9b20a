import { MINUTE } from '@yoban/shared/contracts/time';

/** How long a channel may keep a notice to itself, ms. */
export interface Patience {
  /** An urgent one: then its fallback channel tells it too. */
  fallbackMs: number;
  /**
   * From this age on a notice is told as what it has become: the words say how late it is, a raise and its recovery are one message,
   * and INFOs are one digest. Shorter waits (a 429, a restart, a queue at a message a second) are what delivery is like.
   */
  lateMs: number;
}

export const usualPatience: Patience = { fallbackMs: MINUTE, lateMs: 5 * MINUTE };

export const isLate = (waitedMs: number, lateMs: number): boolean => waitedMs >= lateMs;
