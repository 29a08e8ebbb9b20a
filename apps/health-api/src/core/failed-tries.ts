import { MINUTE } from '@yoban/shared/contracts/time';

/** Who has failed how often within the last minute, by address. */
export interface FailedTries {
  /** In how many ms this address may try again; 0: now. */
  waitMs(address: string, now: number): number;
  failed(address: string, now: number): void;
}

const triesMax = 5;
/** Somebody with many addresses must not fill our memory; the oldest are let go first. */
const addressesMax = 10_000;

/** Five failed tries a minute and address; from then on each further one is refused unheard, also a right one. */
export function createFailedTries(): FailedTries {
  const byAddress = new Map<string, number[]>();
  const recent = (address: string, now: number) => (byAddress.get(address) ?? []).filter((at) => now - at < MINUTE);
  return {
    waitMs: (address, now) => {
      const [oldest, ...others] = recent(address, now);
      return oldest !== undefined && others.length + 1 >= triesMax ? oldest + MINUTE - now : 0;
    },
    failed: (address, now) => {
      const tries = [...recent(address, now), now].slice(-triesMax);
      byAddress.delete(address);
      byAddress.set(address, tries);
      if (byAddress.size <= addressesMax) return;
      const [oldest] = byAddress.keys();
      if (oldest !== undefined) byAddress.delete(oldest);
    },
  };
}
