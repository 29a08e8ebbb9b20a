import { open, realpath, stat } from 'node:fs/promises';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { RestoreCandidate } from './restore-candidates.ts';
import { fileId } from './swap.ts';

export interface Companion {
  suffix: '-wal' | '-journal';
  sizeBytes: number;
}

/**
 * The log and the journal with content beside a candidate: without them a set that was put aside holds only what had been
 * checkpointed. A file with a recorded hash is whole by itself, and a packed one cannot have any.
 */
export async function candidateCompanions({ path, sha256 }: RestoreCandidate): Promise<Companion[]> {
  if (sha256 !== null) return [];
  const found: Companion[] = [];
  for (const suffix of ['-wal', '-journal'] as const) {
    const sizeBytes = await sizeIfThere(`${path}${suffix}`);
    if (sizeBytes > 0) found.push({ suffix, sizeBytes });
  }
  return found.length > 0 && (await isGzip(path)) ? [] : found;
}

/** By its first bytes, not by its name: a person may have renamed it. */
export async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** @throws OpsError RESTORE_CANDIDATE_BAD when the candidate is the database that it would replace, under whatever name. */
export async function requireOtherFile(candidate: string, target: string): Promise<void> {
  const id = await fileId(candidate);
  const isSame = id !== null && id === (await fileId(target));
  if (!isSame && (await realOf(candidate)) !== (await realOf(target))) return;
  throw new OpsError('RESTORE_CANDIDATE_BAD', `${candidate} is the live database itself, not a backup of it`, {
    hint: 'Choose a backup: yoban restore lists them. For a copy of the database as it is: yoban backup now',
    fields: { file: candidate },
  });
}

async function realOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    return file;
  }
}

async function sizeIfThere(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return 0;
    throw error;
  }
}
