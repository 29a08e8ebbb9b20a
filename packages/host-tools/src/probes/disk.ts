import { statfs } from 'node:fs/promises';
import { hasErrno } from '@yoban/shared/errors';
import type { Observed } from './probe.ts';

export interface DiskSpace {
  /** GB of 2^30 bytes that we may still write; null when the folder is not there. */
  freeGb: number | null;
  totalGb: number | null;
}

const gb = (bytes: number): number => Math.round((bytes / 1_073_741_824) * 100) / 100;

/** Space of the file system that holds `folder`. */
export async function lookAtDisk(folder: string): Promise<Observed<DiskSpace>> {
  const observedAt = Date.now();
  try {
    const { bsize, bavail, blocks } = await statfs(folder);
    return { observedAt, freeGb: gb(bavail * bsize), totalGb: gb(blocks * bsize) };
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'EACCES', 'ENOSYS')) throw error;
    return { observedAt, freeGb: null, totalGb: null };
  }
}
