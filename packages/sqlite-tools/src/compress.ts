import { rm } from 'node:fs/promises';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { runChild } from './run-child.ts';
import { FileHash } from './verify.ts';

export interface CompressRequest {
  source: string;
  /** Must not exist. */
  target: string;
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  signal?: AbortSignal;
}

const Packed = z.object({
  /** Of the source, and so of what the packed file unpacks to. */
  content: FileHash,
  /** Of the packed file. */
  packed: FileHash,
});
export type Packed = z.infer<typeof Packed>;

const Note = z.object({ doneBytes: z.number(), totalBytes: z.number() });

/**
 * Packs a file into a synced gzip file of many members (RFC 1952 allows them; gunzip, zcat and node:zlib read them as one).
 * That it unpacks to the source is proven member by member: the bytes that are hashed in the source's order are the very ones
 * a worker packs, it unpacks its member again and compares, members are written in that order, and each is read back from the
 * file and compared before it is hashed.
 * @throws OpsError BACKUP_VERIFY_FAILED, DISK_FULL, BACKUP_INTERRUPTED; the target is then removed.
 */
export async function compress(request: CompressRequest): Promise<Packed> {
  const { source, target, signal } = request;
  const child = runChild('compress-child-main', {
    request: { source, target },
    parse: (value) => Packed.parse(value),
    onNote: (value) => {
      const { doneBytes, totalBytes } = Note.parse(value);
      request.onProgress?.(doneBytes, totalBytes);
    },
  });
  if (signal?.aborted) child.kill();
  signal?.addEventListener('abort', child.kill, { once: true });
  try {
    return await child.result;
  } catch (error) {
    await rm(target, { force: true });
    if (signal?.aborted) throw new OpsError('BACKUP_INTERRUPTED', 'the run was stopped while packing');
    throw asOpsError(error);
  } finally {
    signal?.removeEventListener('abort', child.kill);
  }
}
