import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import type { Observed } from './probe.ts';

/** MB of all files in a log folder and below it; 0 when there is none. A file that goes while we count is not counted. */
export async function lookAtLogSize(folder: string): Promise<Observed<{ logMb: number }>> {
  const observedAt = Date.now();
  const sizes = await Promise.all((await filesIn(folder)).map(sizeOf));
  const bytes = sizes.reduce((sum, one) => sum + one, 0);
  return { observedAt, logMb: Math.round((bytes / 1_048_576) * 100) / 100 };
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}
