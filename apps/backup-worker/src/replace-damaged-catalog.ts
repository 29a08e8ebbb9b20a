import { existsSync, renameSync } from 'node:fs';
import { zoneStamp } from '@yoban/shared/zone-time';
import { type Catalog, catalogPath } from '@yoban/sqlite-tools/catalog';
import Database from 'better-sqlite3';
import type { Owners } from './end-alerts-of-nobody.ts';
import { openWorkerCatalog } from './worker-store.ts';

export interface OpenedCatalog {
  catalog: Catalog;
  /** Where the damaged one lies now; null when there was none. */
  damaged: string | null;
}

/**
 * Opens the catalog; one that is damaged is set aside and a new one begun, since backups must go on. The files that the old one
 * knew stay restorable by name, and are never rotated out: this catalog did not write them (B5).
 * @throws OpsError CATALOG_UNREADABLE for anything else (no rights, no disk).
 */
export function openOrReplaceCatalog(
  backupDir: string,
  owners: Owners,
  at: { now: number; zone: string },
): OpenedCatalog {
  try {
    return { catalog: openWorkerCatalog(backupDir, owners, at.now), damaged: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const damaged = `${catalogPath(backupDir)}.damaged_${zoneStamp(at.now, at.zone)}`;
    for (const suffix of ['-shm', '-wal', '']) {
      const file = `${catalogPath(backupDir)}${suffix}`;
      if (existsSync(file)) renameSync(file, `${damaged}${suffix}`);
    }
    return { catalog: openWorkerCatalog(backupDir, owners, at.now), damaged };
  }
}

/** SQLite's own verdict, below the errors that translated it. */
function isDamage(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof Database.SqliteError) return /^SQLITE_(NOTADB|CORRUPT)/.test(at.code);
  }
  return false;
}
