import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { makeFolder } from '@yoban/shared/make-folder';
import { z } from 'zod';
import { holderState, ownIdentity } from './process-identity.ts';

/** `run/locks/<db>.lock`: held by a restore; whoever reads the live database lets go of it (SQLite process rule 5). */
export interface DbLockName {
  /** `YOBAN_HOME/run/locks`. */
  dir: string;
  db: string;
}

export interface DbLock {
  release(): Promise<void>;
}

const Holder = z.object({ host: z.string(), pid: z.int(), startTicks: z.string(), token: z.string() });

/** A holder in another container cannot be asked whether it lives; a restore is never this long. */
const foreignHolderLimitMs = 60 * 60_000;

const lockFile = (name: DbLockName) => path.join(name.dir, `${name.db}.lock`);

async function readHolder(file: string): Promise<z.infer<typeof Holder> | null> {
  try {
    return Holder.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw new OpsError('STORE_UNAVAILABLE', `${file} cannot be read`, { cause: error, hint: `Remove ${file}.` });
  }
}

async function isHeld(file: string): Promise<boolean> {
  const holder = await readHolder(file);
  if (!holder) return false;
  const state = await holderState(holder);
  if (state !== 'unknown') return state === 'alive';
  // Only a lock that has just gone is no lock; one that cannot be looked at must never be taken over.
  const info = await stat(file).catch((error: unknown) => {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  });
  return info !== null && Date.now() - info.mtimeMs < foreignHolderLimitMs;
}

/** True while a living restore holds the lock. */
export const isRestoreWaiting = (name: DbLockName): Promise<boolean> => isHeld(lockFile(name));

/**
 * Takes the lock for a restore; a lock whose holder is dead is taken over.
 * @throws OpsError DB_LOCKED naming the holder's pid.
 */
export async function takeDbLock(name: DbLockName): Promise<DbLock> {
  const file = lockFile(name);
  makeFolder(name.dir, { mode: 0o700 });
  const token = crypto.randomUUID();
  const temp = `${file}.${token}`;
  await writeFile(temp, JSON.stringify({ ...(await ownIdentity()), token }), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // A link is made whole or not at all, and never over another holder's file.
        await link(temp, file);
        return { release: () => releaseLock(file, token) };
      } catch (error) {
        if (!hasErrno(error, 'EEXIST')) throw error;
      }
      if (await isHeld(file)) await refuse(file, name.db);
      await clearDead(file, token);
    }
  } finally {
    await rm(temp, { force: true });
  }
}

/** Moves the dead holder's file away; one that came to life between our look and our move is put back. */
async function clearDead(file: string, token: string): Promise<void> {
  const moved = `${file}.${token}.dead`;
  try {
    await rename(file, moved);
    if (await isHeld(moved)) await link(moved, file);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'EEXIST')) throw error;
  } finally {
    await rm(moved, { force: true });
  }
}

async function refuse(file: string, db: string): Promise<never> {
  const holder = await readHolder(file);
  throw new OpsError('DB_LOCKED', `another restore of ${db} is running (pid ${holder?.pid ?? 'unknown'})`, {
    hint: 'Wait for it to end.',
    fields: { db, pid: holder?.pid },
  });
}

async function releaseLock(file: string, token: string): Promise<void> {
  if ((await readHolder(file))?.token === token) await rm(file, { force: true });
}
