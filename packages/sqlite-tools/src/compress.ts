import { rm } from 'node:fs/promises';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { runChild } from './run-child.ts';
import { type FileHash, hashFile, hashGzipContent } from './verify.ts';

export interface CompressRequest {
  source: string;
  /** Must not exist. */
  target: string;
  /** SHA-256 of `source`, counted before. */
  sourceSha256: string;
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  signal?: AbortSignal;
}

const Note = z.object({ doneBytes: z.number(), totalBytes: z.number() });

/**
 * Packs a file into a synced gzip file of many members (RFC 1952 allows them; gunzip, zcat and node:zlib read them as one), by
 * two workers, and reads the packed file back: what it gives must have the source's hash, else nothing is left.
 * @returns hash and size of the packed file.
 * @throws OpsError BACKUP_VERIFY_FAILED, DISK_FULL, BACKUP_INTERRUPTED.
 */
export async function compress(request: CompressRequest): Promise<FileHash> {
  const { source, target, sourceSha256 } = request;
  const child = runChild('compress-child-main', {
    request: { source, target },
    parse: () => null,
    onNote: (value) => {
      const { doneBytes, totalBytes } = Note.parse(value);
      request.onProgress?.(doneBytes, totalBytes);
    },
  });
  request.signal?.addEventListener('abort', child.kill, { once: true });
  try {
    await child.result;
    const [content, packed] = await Promise.all([hashGzipContent(target), hashFile(target)]);
    if (content.sha256 === sourceSha256) return packed;
    throw new OpsError('BACKUP_VERIFY_FAILED', `${target} does not unpack to what was packed`);
  } catch (error) {
    await rm(target, { force: true });
    if (request.signal?.aborted) throw new OpsError('BACKUP_INTERRUPTED', 'the run was stopped while packing');
    throw asOpsError(error);
  } finally {
    request.signal?.removeEventListener('abort', child.kill);
  }
}
