import type { Tier } from '@yoban/shared/contracts/backup';
import type { BackupStep } from '@yoban/sqlite-tools/take-backup';

export const sabotageNames = ['copy-without-snapshot', 'name-before-verify', 'skip-verify'] as const;
export type Sabotage = (typeof sabotageNames)[number];

/** What one run of the victim is told. */
export interface VictimRequest {
  db: string;
  dbPath: string;
  backupDir: string;
  locksDir: string;
  tier: Tier;
  killAt: BackupStep | null;
  /** A fault, not a sabotage: the copy is damaged before it is verified, so the run must fail and leave no name. */
  damageCopy: boolean;
  sabotage: Sabotage | null;
}
