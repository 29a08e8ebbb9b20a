import { MINUTE } from '@yoban/shared/contracts/time';

const limitPercent = 90;
const windowMs = 2 * MINUTE;

export interface CpuWindow {
  /** `percent` of a core at `now` (epoch ms); null ends the run, since nothing is known of the time between. */
  add(percent: number | null, now: number): void;
  /** Over the limit in every sample of the last two minutes (H2, C2). */
  readonly sustained: boolean;
}

/** Tells a peak from CPU use that stays high. */
export function createCpuWindow(): CpuWindow {
  let since: number | null = null;
  let last = 0;
  return {
    add: (percent, now) => {
      if (percent === null || percent <= limitPercent) since = null;
      else since ??= now;
      last = now;
    },
    get sustained() {
      return since !== null && last - since >= windowMs;
    },
  };
}
