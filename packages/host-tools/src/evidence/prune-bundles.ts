import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';

/** Leaves the newest bundles of a folder. */
export async function pruneBundles(folder: string, kept: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const bundles = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => ({ name, at: await changedAt(folder, name) })),
  );
  const old = bundles.sort((a, b) => b.at - a.at).slice(kept);
  for (const { name } of old) await rm(path.join(folder, name), { recursive: true, force: true });
}

async function changedAt(folder: string, name: string): Promise<number> {
  try {
    return (await stat(path.join(folder, name))).mtimeMs;
  } catch (error) {
    // Another service's repair pruned it just now.
    if (hasErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}
