import { constants, copyFile, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { checkLiveIntegrity, type LiveIntegrity } from './check-live-integrity.ts';
import { findFileHolders } from './file-holders.ts';

/**
 * Is the database that a restore will replace sound? It only decides the name of the set that is put aside, so it must not
 * change a byte of it: while an application has the file open it is read beside it; a file that nobody has open is judged by a
 * copy, because opening it would replay its log or roll its journal back. Whatever makes it unreadable (a failing disk) is a reason
 * to restore, so it gives `unknown` and never an error.
 */
export async function inspectCurrent(target: string): Promise<LiveIntegrity> {
  let folder: string | null = null;
  try {
    if ((await findFileHolders(target)).holders.length > 0) return await checkLiveIntegrity(target);
    folder = await mkdtemp(path.join(path.dirname(target), '.yoban-check-'));
    const copy = path.join(folder, 'db');
    await copyFile(target, copy, constants.COPYFILE_FICLONE);
    for (const suffix of ['-wal', '-journal']) await copyIfThere(`${target}${suffix}`, `${copy}${suffix}`);
    return await checkLiveIntegrity(copy);
  } catch (error) {
    return { state: 'unknown', code: 'UNEXPECTED', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
}
