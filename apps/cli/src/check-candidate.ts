import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseConfig } from '@yoban/shared/config/kit-config';
import { asOpsError } from '@yoban/shared/errors';
import { buildRestored } from '@yoban/sqlite-tools/build-restored';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';

export type CheckedCandidate = { good: true; sizeBytes: number } | { good: false; why: string };

/**
 * Proves that a backup can be restored by restoring it into a scratch folder that goes again: hash, unpacking, whole integrity
 * check, required tables. @throws OpsError for anything but a bad backup (no room, no rights).
 */
export async function checkCandidate(candidate: RestoreCandidate, db: DatabaseConfig): Promise<CheckedCandidate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'yoban-check-'));
  try {
    const target = path.join(folder, 'check.sqlite');
    const sizeBytes = await buildRestored({ candidate, target, requiredTables: db.requiredTables });
    return { good: true, sizeBytes };
  } catch (error) {
    const { code, message } = asOpsError(error);
    if (code !== 'RESTORE_CANDIDATE_BAD' && code !== 'BACKUP_NOT_FOUND') throw error;
    return { good: false, why: message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
