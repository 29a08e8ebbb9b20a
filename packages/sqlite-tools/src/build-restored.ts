import { open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import type { RestoreCandidate } from './restore-candidates.ts';
import { runChild } from './run-child.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { hashFile, verifyCopy } from './verify.ts';

export interface BuildRequest {
  candidate: RestoreCandidate;
  /** Made anew; a leftover of an earlier try is replaced. */
  target: string;
  requiredTables: readonly string[];
  onProgress?: (doneBytes: number) => void;
}

const Unpacked = z.object({ sizeBytes: z.int() });
const Note = z.object({ doneBytes: z.number() });

/**
 * Builds the database file that a candidate holds, synced, and proves it: the candidate's hash against the catalog's, then the
 * whole check of what was built (R2). Nothing else is touched; on a bad candidate the target is removed.
 * @returns size in bytes. @throws OpsError RESTORE_CANDIDATE_BAD with the reason, BACKUP_NOT_FOUND, DISK_FULL.
 */
export async function buildRestored(request: BuildRequest): Promise<number> {
  const { candidate, target, requiredTables } = request;
  await rm(target, { force: true });
  try {
    await requireHash(candidate);
    await requireSpace(candidate, path.dirname(target));
    const { sizeBytes } = await runChild('unpack-child-main', {
      request: { source: candidate.path, target },
      parse: (value) => Unpacked.parse(value),
      onNote: (value) => request.onProgress?.(Note.parse(value).doneBytes),
    }).result;
    const verdict = await verifyCopy(target, requiredTables);
    if (verdict.state === 'bad') throw bad(candidate, `${verdict.reason}: ${verdict.detail}`);
    if (candidate.journalMode === 'wal') await markWal(target);
    return sizeBytes;
  } catch (error) {
    await rm(target, { force: true });
    throw asRestoreError(candidate, error);
  }
}

const bad = (candidate: RestoreCandidate, why: string, cause?: unknown) =>
  new OpsError('RESTORE_CANDIDATE_BAD', `${candidate.path} cannot be restored: ${why}`, {
    cause,
    fields: { file: candidate.path },
  });

function asRestoreError(candidate: RestoreCandidate, thrown: unknown): OpsError {
  const error = asOpsError(translateSqliteError(thrown, candidate.path));
  if (error.code === 'DB_NOT_FOUND') {
    return new OpsError('BACKUP_NOT_FOUND', `${candidate.path} does not exist`, { cause: thrown });
  }
  return error.code === 'BACKUP_VERIFY_FAILED' ? bad(candidate, error.message, error) : error;
}

async function requireHash(candidate: RestoreCandidate): Promise<void> {
  if (candidate.sha256 === null) return;
  const { sha256 } = await hashFile(candidate.path);
  if (sha256 !== candidate.sha256) throw bad(candidate, 'its SHA-256 is not the one recorded when it was made');
}

async function requireSpace(candidate: RestoreCandidate, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > candidate.sizeBytes) return;
  throw new OpsError('DISK_FULL', `${folder} has no room for ${candidate.path}`, { fields: { folder } });
}

/** Copies are kept in rollback mode; bytes 18 and 19 of the header give the database its own mode back (file format 1.3.3). */
async function markWal(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.write(Buffer.from([2, 2]), 0, 2, 18);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
