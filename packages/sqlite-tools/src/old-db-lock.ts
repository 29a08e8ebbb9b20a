import { readFileSync, statSync, truncateSync } from 'node:fs';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { holderState } from './process-identity.ts';

// Up to 0.1.0 the lock was a JSON file that named its holder, and stayed when that was killed. The lock of today has no bytes.

const OldHolder = z.object({ host: z.string(), pid: z.int(), startTicks: z.string() });

/** A holder in another container could not be asked whether it lives; no restore is this long. */
const foreignHolderLimitMs = 60 * 60_000;

/** For a lock file with bytes in it. @throws OpsError STORE_UNAVAILABLE when they are not those of an old lock. */
export async function isOldDbLockHeld(file: string): Promise<boolean> {
  const holder = readOldHolder(file);
  if (holder === null) return false;
  const state = await holderState(holder);
  return state === 'alive' || (state === 'unknown' && Date.now() - statSync(file).mtimeMs < foreignHolderLimitMs);
}

/**
 * Empties a lock file that a killed process of an earlier version left.
 * @throws OpsError DB_LOCKED while that process may live, STORE_UNAVAILABLE as `isOldDbLockHeld`.
 */
export async function clearOldDbLock(file: string, db: string): Promise<void> {
  if (!hasBytes(file)) return;
  if (await isOldDbLockHeld(file)) {
    const { pid, host } = readOldHolder(file) ?? { pid: 'unknown', host: 'unknown' };
    throw new OpsError('DB_LOCKED', `another restore of ${db} is running (pid ${pid} on ${host}, an earlier version)`, {
      hint: `Wait for it to end. If that process is gone, empty ${file}.`,
      fields: { db },
    });
  }
  // Never removed: another process may have emptied and locked it since. Asked again with no pause before the descriptor that is
  // closed here, since of an emptied file this process may hold the lock.
  if (hasBytes(file)) truncateSync(file);
}

function hasBytes(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function readOldHolder(file: string): z.infer<typeof OldHolder> | null {
  try {
    const text = hasBytes(file) ? readFileSync(file, 'utf8') : '';
    return text === '' ? null : OldHolder.parse(JSON.parse(text));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw new OpsError('STORE_UNAVAILABLE', `${file} cannot be read`, {
      cause: error,
      hint: `If no restore is running, empty it: truncate -s 0 ${file}`,
    });
  }
}
