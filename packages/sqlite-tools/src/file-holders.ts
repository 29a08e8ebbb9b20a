import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { dbFileSuffixes } from './db-file-set.ts';

export interface FileHolder {
  pid: number;
  /** The program's name and its arguments as in /proc/<pid>/cmdline, cut at 60 characters after the name. */
  command: string;
  /** The file of the set that it has open. */
  file: string;
}

const gone = ['ENOENT', 'ESRCH'];
const refused = ['EACCES', 'EPERM'];

export interface HolderSearch {
  holders: FileHolder[];
  /** Processes of other users, which only root may ask what they have open. */
  notAsked: number;
}

/** Every other process of this machine that has the database, its log or its journal open, by device and inode (R3). */
export async function findFileHolders(dbPath: string): Promise<HolderSearch> {
  const wanted = new Map<string, string>();
  for (const suffix of dbFileSuffixes) {
    const id = await inodeOf(`${dbPath}${suffix}`);
    if (id) wanted.set(id, `${dbPath}${suffix}`);
  }
  if (wanted.size === 0) return { holders: [], notAsked: 0 };
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const holders: FileHolder[] = [];
  let notAsked = 0;
  for (const pid of pids) {
    const seen = await openFileOf(pid, wanted);
    if (seen === null) continue;
    const command = await commandOf(pid);
    if (seen.state === 'open')
      holders.push({ pid: Number(pid), command: command ?? 'unknown command', file: seen.file });
    // Threads of the kernel have no command line, and no database either.
    else if (command !== null) notAsked += 1;
  }
  return { holders, notAsked };
}

/**
 * @returns how many processes of other users could not be asked.
 * @throws OpsError RESTORE_FILE_IN_USE naming pid and command of the first holder.
 */
export async function requireNoHolder(dbPath: string): Promise<number> {
  const { holders, notAsked } = await findFileHolders(dbPath);
  const [holder, ...others] = holders;
  if (!holder) return notAsked;
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
    if (hasErrno(error, ...gone, ...refused)) return null;
    throw error;
  }
}

type Seen = { state: 'open'; file: string } | { state: 'refused' } | null;

async function openFileOf(pid: string, wanted: ReadonlyMap<string, string>): Promise<Seen> {
  const folder = `/proc/${pid}/fd`;
  try {
    for (const fd of await readdir(folder)) {
      const link = path.join(folder, fd);
      // Only paths: asking a pipe or a socket for its inode would compare numbers of other kinds.
      if (!(await readlink(link)).startsWith('/')) continue;
      const file = wanted.get((await inodeOf(link)) ?? '');
      if (file) return { state: 'open', file };
    }
    return null;
  } catch (error) {
    if (hasErrno(error, ...refused)) return { state: 'refused' };
    if (hasErrno(error, ...gone)) return null;
    throw error;
  }
}

async function commandOf(pid: string): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const [program = '', ...others] = text.split('\0');
  const name = path.basename(program);
  return (
    [name, ...others]
      .join(' ')
      .trim()
      .slice(0, name.length + 60) || null
  );
}
