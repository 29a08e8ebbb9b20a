import { existsSync } from 'node:fs';
import { asOpsError } from '@yoban/shared/errors';
import { type Catalog, catalogPath, openCatalog } from '@yoban/sqlite-tools/catalog';

/**
 * The catalog of a backup folder, or null where none is yet (looking must not make one) or it is damaged: `onBad` is then told
 * why, and the files are still found by their names.
 */
export function openCatalogIfThere(backupDir: string, onBad: (detail: string) => void): Catalog | null {
  if (!existsSync(catalogPath(backupDir))) return null;
  try {
    return openCatalog(backupDir);
  } catch (error) {
    onBad(asOpsError(error).message);
    return null;
  }
}
