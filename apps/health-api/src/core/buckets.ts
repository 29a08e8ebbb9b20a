import { HOUR, SECOND } from '@yoban/shared/contracts/time';

/** A window cut into equal steps that begin at whole multiples of the step; the last one is the one `now` lies in. */
export interface Buckets {
  stepMs: number;
  fromMs: number;
  count: number;
}

/** Every step a window may have, ms. */
export const bucketSteps = [60 * SECOND, 600 * SECOND, HOUR];
const maxPoints = 400;

export function bucketsOf(stepMs: number, count: number, now: number): Buckets {
  return { stepMs, count, fromMs: (Math.floor(now / stepMs) - count + 1) * stepMs };
}

/** The finest step that keeps a chart under 400 points: minutes up to 6 h, ten minutes up to 48 h. */
export function bucketsForHours(hours: number, now: number): Buckets {
  const stepMs = bucketSteps.find((step) => (hours * HOUR) / step <= maxPoints) ?? HOUR;
  return bucketsOf(stepMs, Math.max(1, Math.ceil((hours * HOUR) / stepMs)), now);
}

export const bucketStart = (buckets: Buckets, index: number): number => buckets.fromMs + index * buckets.stepMs;
