import { DAY, SECOND } from '@yoban/shared/contracts/time';
import { zoneStamp } from '@yoban/shared/zone-time';

export type AsideKind = 'pre_restore' | 'corrupted';

/** How many sets stay (R3). */
export const keptSets = 3;

const pattern = /^(.+)\.(pre_restore|corrupted)_(\d{8}_\d{6})$/;

/** `game.sqlite.pre_restore_20260311_150000`: the moment's second in the zone, or the next one that is free. */
export function asideName(
  base: string,
  kind: AsideKind,
  at: { nowMs: number; zone: string },
  existing: readonly string[],
): string {
  const taken = new Set(existing.map((name) => pattern.exec(name)?.[3]));
  for (let atMs = at.nowMs; ; atMs += SECOND) {
    const stamp = zoneStamp(atMs, at.zone);
    if (!taken.has(stamp)) return `${base}.${kind}_${stamp}`;
  }
}

/**
 * Sets of this database over the newest three, by their stamps. `names` is the folder's listing. The first damaged set of the last
 * day is never one of them: repeated restores of a database that breaks again would drop the one that shows how it began.
 */
export function surplusSets(base: string, at: { nowMs: number; zone: string }, names: readonly string[]): string[] {
  const dayAgo = zoneStamp(at.nowMs - DAY, at.zone);
  const sets = names
    .map((name) => pattern.exec(name))
    .filter((match) => match !== null)
    .map(([name, of, kind, stamp = '']) => ({ name, of, kind, stamp }))
    .filter(({ of }) => of === base)
    .sort((a, b) => b.stamp.localeCompare(a.stamp));
  const firstDamaged = sets.findLast(({ kind, stamp }) => kind === 'corrupted' && stamp > dayAgo);
  return sets
    .slice(keptSets)
    .filter((set) => set !== firstDamaged)
    .map(({ name }) => name);
}
