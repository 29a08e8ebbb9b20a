import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Makes the names in a folder durable: a rename survives power loss only after its folder is synced. */
export async function fsyncDir(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Makes the bytes of a file durable. */
export async function fsyncFile(file: string): Promise<void> {
  const handle: FileHandle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

/** Renames within one file system and syncs the folders of both names. Overwrites `to`, as rename(2) does. */
export async function renameDurable(from: string, to: string): Promise<void> {
  await rename(from, to);
  await fsyncDir(path.dirname(to));
  if (path.dirname(from) !== path.dirname(to)) await fsyncDir(path.dirname(from));
}

/** Replaces a small file as a whole: a reader sees the old text or the new one, also after a power cut (rule 16). */
export async function writeFileAtomic(file: string, text: string, mode = 0o600): Promise<void> {
  const temp = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    await writeFile(temp, text, { mode, flush: true });
    await renameDurable(temp, file);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}
