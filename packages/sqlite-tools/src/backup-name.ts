import { Tier } from '@yoban/shared/contracts/backup';
import { SECOND } from '@yoban/shared/contracts/time';
import { zoneStamp } from '@yoban/shared/zone-time';

export interface BackupName {
  db: string;
  tier: Tier;
  /** `YYYYMMDD_HHMMSS`, wall time in the configured zone: for people. Order comes from the catalog (B4). */
  stamp: string;
  gzip: boolean;
}

const pattern = /^(.+)_([a-z]+)_(\d{8}_\d{6})\.sqlite(\.gz)?$/;

/** `game_hourly_20260311_150000.sqlite`, weekly `.sqlite.gz` (B4). */
export function formatBackupName(name: BackupName): string {
  return `${name.db}_${name.tier}_${name.stamp}.sqlite${name.gzip ? '.gz' : ''}`;
}

/** The parts of a file name that `formatBackupName` could have built, or null for any other name. */
export function parseBackupName(fileName: string): BackupName | null {
  const [, db, tierText, stamp, gz] = pattern.exec(fileName) ?? [];
  const tier = Tier.safeParse(tierText);
  if (!db || !stamp || !tier.success) return null;
  return { db, tier: tier.data, stamp, gzip: gz === '.gz' };
}

/**
 * The name for a backup taken at `takenAtMs`: its second in the zone, or the next one that is free. A second is taken when
 * a plain or a packed file of it exists: two runs in one second, and the hour that autumn repeats, must not meet (B4).
 */
export function nextFreeBackupName(
  wanted: Omit<BackupName, 'stamp'> & { takenAtMs: number },
  zone: string,
  isTaken: (fileName: string) => boolean,
): string {
  const { takenAtMs, ...rest } = wanted;
  for (let atMs = takenAtMs; ; atMs += SECOND) {
    const stamp = zoneStamp(atMs, zone);
    const plain = formatBackupName({ ...rest, stamp, gzip: false });
    if (!isTaken(plain) && !isTaken(`${plain}.gz`)) return formatBackupName({ ...rest, stamp });
  }
}
