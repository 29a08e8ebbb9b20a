import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { dbFileSuffixes } from './db-file-set.ts';

export interface FileHolder {
  pid: number;
  /** As in /proc/<pid>/cmdline, cut at 200 characters. */
  command: string;
  /** The file of the set that it has open. */
  file: string;
}

const gone = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];

/** Every other process of this machine that has the database, its log or its journal open, by device and inode (R3). */
export async function findFileHolders(dbPath: string): Promise<FileHolder[]> {
  const wanted = new Map<string, string>();
  for (const suffix of dbFileSuffixes) {
    const id = await inodeOf(`${dbPath}${suffix}`);
    if (id) wanted.set(id, `${dbPath}${suffix}`);
  }
  if (wanted.size === 0) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found: FileHolder[] = [];
  for (const pid of pids) {
    const file = await openFileOf(pid, wanted);
    if (file) found.push({ pid: Number(pid), command: await commandOf(pid), file });
  }
  return found;
}

/** @throws OpsError RESTORE_FILE_IN_USE naming pid and command of the first holder. */
export async function requireNoHolder(dbPath: string): Promise<void> {
  const [holder, ...others] = await findFileHolders(dbPath);
  if (!holder) return;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  throw new OpsError(
    'RESTORE_FILE_IN_USE',
    `pid ${holder.pid} (${holder.command})${more} still has ${holder.file} open`,
    {
      fields: { holders: [holder, ...others] },
    },
  );
}

async function inodeOf(file: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (hasErrno(error, ...gone)) return null;
    throw error;
  }
}

async function openFileOf(pid: string, wanted: ReadonlyMap<string, string>): Promise<string | null> {
  const folder = `/proc/${pid}/fd`;
  try {
    for (const fd of await readdir(folder)) {
      const link = path.join(folder, fd);
      // Only paths: asking a pipe or a socket for its inode would compare numbers of other kinds.
      if (!(await readlink(link)).startsWith('/')) continue;
      const file = wanted.get((await inodeOf(link)) ?? '');
      if (file) return file;
    }
    return null;
  } catch (error) {
    if (hasErrno(error, ...gone)) return null;
    throw error;
  }
}

async function commandOf(pid: string): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.replaceAll('\0', ' ').trim().slice(0, 200) || 'unknown command';
}
