import { DAY, HOUR, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import type { Words } from './words/words.ts';

/** A span in its two largest units, such as `3 h 5 min`; what a person can take in of it. */
export function spanText(spanMs: number, words: Words): string {
  const { units } = words.times;
  const steps = [
    [DAY, units.d],
    [HOUR, units.h],
    [MINUTE, units.m],
    [SECOND, units.s],
  ] as const;
  const first = steps.findIndex(([unitMs]) => spanMs >= unitMs);
  if (first < 0) return `0${units.s}`;
  let rest = spanMs;
  const parts: string[] = [];
  for (const [unitMs, unit] of steps.slice(first, first + 2)) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(' ');
}

export const agoText = (thenMs: number, nowMs: number, words: Words): string =>
  words.times.ago(spanText(Math.max(0, nowMs - thenMs), words));
