import { zoneStamp } from '@yoban/shared/zone-time';

const suffix = /^\.\d{8}_\d{6}(\.gz)?$/;

/**
 * What a log becomes: `app.log.20260311_063000`, in UTC; the next second after the newest there is, where that is later. An older
 * one that has become free is not taken: the newest lines would be the first to be dropped.
 */
export function rotatedName(log: string, now: number, taken: readonly string[]): string {
  const newest = rotatedOf(log, taken)[0]?.replace(/\.gz$/, '') ?? '';
  for (let at = now; ; at += 1_000) {
    const name = `${log}.${zoneStamp(at, 'UTC')}`;
    if (name > newest) return name;
  }
}

/** True for what a rotation has made of any log: it is none itself, whatever pattern fits it. */
export const isRotated = (name: string): boolean => /\.\d{8}_\d{6}(\.gz)?$/.test(name);

/** The rotated ones of a log, newest first. */
export const rotatedOf = (log: string, names: readonly string[]): string[] =>
  names
    .filter((name) => name.startsWith(log) && suffix.test(name.slice(log.length)))
    .sort()
    .reverse();

export interface RotationPlan {
  drop: string[];
  /** The newest stays as it is: somebody may write its last lines still, and people read it most. */
  pack: string[];
}

/** What becomes of the rotated ones of a log. */
export function planRotation(log: string, names: readonly string[], keep: number): RotationPlan {
  const rotated = rotatedOf(log, names);
  const kept = rotated.slice(0, keep);
  return { drop: rotated.slice(keep), pack: kept.slice(1).filter((name) => !name.endsWith('.gz')) };
}
