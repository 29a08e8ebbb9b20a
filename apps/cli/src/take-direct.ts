import type { KitConfig } from '@yoban/shared/config/kit-config';
import type { BackupRun, Tier } from '@yoban/shared/contracts/backup';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { makeFolder } from '@yoban/shared/make-folder';
import { openCatalog } from '@yoban/sqlite-tools/catalog';
import { takeBackup } from '@yoban/sqlite-tools/take-backup';
import type { PickedDatabase } from './pick-database.ts';

/**
 * Takes a backup in this process, for a kit that is not there. It is recorded in the catalog like any other; the backup worker
 * tells the others of it when it is back, since only the catalog's owner sends facts.
 * @throws OpsError BACKUP_INTERRUPTED when another process takes one at the same moment.
 */
export async function takeDirect(
  kit: KitConfig,
  { db, backupDir }: PickedDatabase,
  { tier, signal, now }: { tier: Tier; signal: AbortSignal; now: () => number },
): Promise<BackupRun> {
  makeHome(kit.paths.home);
  const catalog = openCatalog(backupDir);
  try {
    const { keep, keepFor, gzip } = db.tiers[tier];
    const result = await takeBackup(
      {
        db: { name: db.name, path: db.path, requiredTables: db.requiredTables },
        ...{ tier, gzip, dueAtMs: null, trigger: 'direct' },
        rotation: { keep, keepForMs: keepFor },
      },
      {
        ...{ catalog, backupDir, now, signal },
        locksDir: kit.paths.locks,
        zone: kit.config.timezone,
        record: () => undefined,
      },
    );
    if (result.outcome !== 'skipped') return result.run;
    throw new OpsError('BACKUP_INTERRUPTED', `another process is taking a backup of ${db.name}`);
  } finally {
    catalog.close();
  }
}

/** Nobody may have used it yet, and the backups folder lies in it unless another one is named. */
function makeHome(home: string): void {
  try {
    makeFolder(home, { mode: 0o700 });
  } catch (error) {
    throw new OpsError('STORE_UNAVAILABLE', `cannot make ${home}: ${asOpsError(error).message}`, { cause: error });
  }
}
