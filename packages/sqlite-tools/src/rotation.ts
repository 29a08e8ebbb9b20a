import type { Tier } from '@yoban/shared/contracts/backup';

export interface RotationPolicy {
  /** How many good files of the tier stay whatever their age. */
  keep: number;
  /** Files younger than this stay however many there are. */
  keepForMs: number;
}

/** B5: 8 files / 24 h, 7 / 7 days, 4 / 4 weeks. */
export const defaultRotation: Record<Tier, RotationPolicy> = {
  hourly: { keep: 8, keepForMs: 24 * 3_600_000 },
  daily: { keep: 7, keepForMs: 7 * 24 * 3_600_000 },
  weekly: { keep: 4, keepForMs: 28 * 24 * 3_600_000 },
};

/** A catalogued file of one database and one tier. */
export interface RotatedFile {
  id: string;
  /** Order of writing in the catalog; names and mtimes do not order (B4). */
  seq: number;
  /** Epoch ms of the time it stands for. */
  dueAtMs: number;
  state: 'good' | 'bad';
}

export type RotationDecision<F extends RotatedFile> =
  | { file: F; keep: true; reason: 'among-newest' | 'younger-than-period' | 'last-good' }
  | { file: F; keep: false; reason: 'over-count-and-age' };

/**
 * What stays of one database's tier: a file goes only when `keep` newer good ones exist and it is older than the period, so a
 * burst of manual or caught-up runs pushes nothing out early (B5). A bad file never counts for another's going.
 * Age is counted from the due time: the run of 15:00 ends some ms later each day, and must still find yesterday's a day old.
 */
export function planRotation<F extends RotatedFile>(
  files: readonly F[],
  policy: RotationPolicy,
  nowMs: number,
): RotationDecision<F>[] {
  const newestFirst = [...files].sort((a, b) => b.seq - a.seq);
  const newestGood = newestFirst.find((file) => file.state === 'good');
  let newerGood = 0;
  return newestFirst.map((file) => {
    const rank = newerGood;
    if (file.state === 'good') newerGood += 1;
    if (file === newestGood) return { file, keep: true, reason: 'last-good' };
    if (nowMs - file.dueAtMs < policy.keepForMs) return { file, keep: true, reason: 'younger-than-period' };
    if (rank < policy.keep) return { file, keep: true, reason: 'among-newest' };
    return { file, keep: false, reason: 'over-count-and-age' };
  });
}
