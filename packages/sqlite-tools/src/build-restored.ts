import { open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { type Companion, candidateCompanions } from './candidate-companions.ts';
import { requireNoHolder } from './file-holders.ts';
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
const Replayed = z.object({ sizeBytes: z.int(), journalMode: z.string() });
const Note = z.object({ doneBytes: z.number() });

/**
 * Builds the database file that a candidate holds, synced, and proves it: the candidate's hash against the catalog's, then the
 * whole check of what was built (R2). A database with its log or journal beside it is built from all of them. Nothing else is touched; on a bad candidate the target is removed.
 * @returns size in bytes. @throws OpsError RESTORE_CANDIDATE_BAD with the reason, BACKUP_NOT_FOUND, DISK_FULL,
 * RESTORE_FILE_IN_USE when an application writes to such a set.
 */
export async function buildRestored(request: BuildRequest): Promise<number> {
  const { candidate, target, requiredTables } = request;
  await rm(target, { force: true });
  try {
    await requireHash(candidate);
    const companions = await candidateCompanions(candidate);
    await requireSpace(candidate, companions, path.dirname(target));
    const { sizeBytes, journalMode } = await (companions.length > 0
      ? replaySet(request, companions)
      : unpackFile(request));
    const verdict = await verifyCopy(target, requiredTables);
    if (verdict.state === 'bad') throw bad(candidate, `${verdict.reason}: ${verdict.detail}`);
    if (journalMode === 'wal') await markWal(target);
    return sizeBytes;
  } catch (error) {
    await rm(target, { force: true });
    throw asRestoreError(candidate, error);
  }
}

async function unpackFile({ candidate, target, onProgress }: BuildRequest) {
  const { sizeBytes } = await runChild('unpack-child-main', {
    request: { source: candidate.path, target },
    parse: (value) => Unpacked.parse(value),
    onNote: (value) => onProgress?.(Note.parse(value).doneBytes),
  }).result;
  return { sizeBytes, journalMode: candidate.journalMode };
}

async function replaySet({ candidate, target }: BuildRequest, companions: readonly Companion[]) {
  // Copied one after the other, the files of a set that somebody writes to do not fit together.
  await requireNoHolder(candidate.path);
  const scratch = `${target}.set`;
  // A restore that was killed in here left it.
  await rm(scratch, { recursive: true, force: true });
  try {
    return await runChild('replay-child-main', {
      request: { source: candidate.path, suffixes: companions.map(({ suffix }) => suffix), scratch, target },
      parse: (value) => Replayed.parse(value),
    }).result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
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

async function requireSpace(
  candidate: RestoreCandidate,
  companions: readonly Companion[],
  folder: string,
): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  // Twice: as a file of the scratch folder, and as what the database grows by.
  const besideBytes = companions.reduce((sum, { sizeBytes }) => sum + 2 * sizeBytes, 0);
  if (bavail * bsize > candidate.sizeBytes + besideBytes) return;
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
