import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasErrno } from '@yoban/shared/errors';
import { z } from 'zod';

/** For the words of a refusal alone: who holds the lock is what the kernel says, not this. */
const Holder = z.object({ host: z.string(), pid: z.int(), since: z.string() });

/**
 * Says in `note` that this process has the lock; a file of its own, since opening the lock file here would drop the lock (SQLite
 * process rule 1). Does not throw: a restore must not fail for want of it.
 */
export function noteHolder(note: string): void {
  const temp = `${note}.${crypto.randomUUID()}`;
  const holder = { host: hostname(), pid: process.pid, since: new Date().toISOString() };
  try {
    writeFileSync(temp, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
    renameSync(temp, note);
  } catch {
    // A full disk is a reason to restore. Whoever is refused meanwhile is told "holder unknown".
    removeQuietly(temp);
  }
}

/** Does not throw: what stays behind is overwritten by the next holder. */
export const forgetHolder = (note: string): void => removeQuietly(note);

/** In words. A holder's pid means something in its own container only, so the host is named with it. */
export function describeHolder(note: string): string {
  try {
    const { host, pid, since } = Holder.parse(JSON.parse(readFileSync(note, 'utf8')));
    return `pid ${pid} on ${host}, since ${since}`;
  } catch (error) {
    return hasErrno(error, 'ENOENT') ? 'holder unknown' : `holder unknown: ${note} cannot be read`;
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // On a disk that takes no changes; the note is only words.
  }
}
