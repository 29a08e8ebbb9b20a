import { MINUTE } from '@yoban/shared/contracts/time';

/**
 * From this age on a notice is told as what it has become: the words say how late it is, a raise and its recovery are one message,
 * and INFOs are one digest. Shorter waits (a 429, a restart, a queue at a message a second) are what delivery is like.
 */
const lateMs = 5 * MINUTE;

export const isLate = (waitedMs: number): boolean => waitedMs >= lateMs;
