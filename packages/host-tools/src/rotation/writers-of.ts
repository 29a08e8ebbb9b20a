import { readdirSync, statSync } from 'node:fs';
import { hasErrno } from '@yoban/shared/errors';
import { commandLine, processIds, readProc } from '../proc.ts';

export interface Writer {
  pid: number;
  command: string;
  /** It writes at the end wherever that is (O_APPEND), so the file may be cut under it. */
  appends: boolean;
}

export interface Writers {
  writers: Writer[];
  /** Processes of other users that may not be asked what they have open. */
  unseen: number;
}

/** Access mode and O_APPEND of open(2), as /proc/<pid>/fdinfo shows them in octal. */
const accessMask = 0o3;
const appendFlag = 0o2000;

/** Who has this file (`dev:ino`) open to write. */
export function writersOf(id: string): Writers {
  const writers: Writer[] = [];
  let unseen = 0;
  for (const pid of processIds()) {
    const flags = unlessRefused(() => writeFlags(pid, id));
    if (flags === 'refused') unseen += 1;
    else if (flags && flags.length > 0) {
      const appends = flags.every((one) => (one & appendFlag) !== 0);
      writers.push({ pid, command: (commandLine(pid) ?? '').slice(0, 120), appends });
    }
  }
  return { writers, unseen };
}

/** Device and inode of a file as `writersOf` names it. */
export function fileIdOf(file: string): string {
  const { dev, ino } = statSync(file);
  return `${dev}:${ino}`;
}

function writeFlags(pid: number, id: string): number[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    if (unlessRefused(() => fileIdOf(`/proc/${pid}/fd/${fd}`)) !== id) return [];
    const flags = Number.parseInt(/^flags:\s+(\d+)/m.exec(readProc(`${pid}/fdinfo/${fd}`) ?? '')?.[1] ?? '0', 8);
    return (flags & accessMask) === 0 ? [] : [flags];
  });
}

/** Null for what has ended meanwhile. */
function unlessRefused<T>(read: () => T): T | 'refused' | null {
  try {
    return read();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH', 'ENXIO', 'ENOTDIR')) return null;
    if (hasErrno(error, 'EACCES', 'EPERM')) return 'refused';
    throw error;
  }
}
