import { rm, stat } from 'node:fs/promises';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { type DbLockName, isRestoreWaiting } from './db-lock.ts';
import type { Pin } from './pin-snapshot.ts';
import { type Child, runChild } from './run-child.ts';

const MB = 1024 * 1024;

export interface SnapshotLimits {
  timeMs: number;
  /** How much the log of the live database may grow while its checkpoints wait for us. */
  walGrowthBytes: number;
}

/** SQLite process rule 3. */
export const snapshotLimits: SnapshotLimits = { timeMs: 60_000, walGrowthBytes: 256 * MB };

export interface SnapshotRequest {
  /** The live database. */
  source: string;
  /** A new file; it must not exist. */
  target: string;
  /** False for a copy that will never be a file of its own; true (synced) unless said. */
  durable?: boolean;
  limits?: SnapshotLimits;
  /** Given where a restore of this database can ask for the file: the snapshot then lets go within 2 s. */
  lock?: DbLockName;
  signal?: AbortSignal;
  /** Called when the moment that the copy will show is fixed. */
  onPinned?: (pin: Pin) => void | Promise<void>;
  onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface Snapshot {
  sizeBytes: number;
  journalMode: string;
  pageSize: number;
  pageCount: number;
  /** How long the source was pinned; in rollback mode commits waited that long. */
  pinnedMs: number;
  walGrowthBytes: number;
}

const PinNote = z.object({
  journalMode: z.string(),
  pageSize: z.int(),
  pageCount: z.int().min(1),
  overlayFrames: z.int().nonnegative(),
});
const CopyNote = z.object({ doneBytes: z.number() });
const watchEveryMs = 250;

/**
 * Copies one committed moment of a live database while others write to it (B2): one child pins a read transaction, another,
 * without any SQLite handle, copies the bytes. The result is synced unless `durable` is false, in journal_mode=DELETE, with
 * nothing beside it.
 * @throws OpsError BACKUP_TIMEOUT over the limits, BACKUP_INTERRUPTED for a restore or an abort, DISK_FULL, DB_* as `openLive`;
 * the target is then removed.
 */
export async function snapshot(request: SnapshotRequest): Promise<Snapshot> {
  let onPin: (pin: Pin) => void = () => undefined;
  const pinned = new Promise<Pin>((resolve) => {
    onPin = resolve;
  });
  const pinChild = runChild('pin-child-main', {
    request: { source: request.source },
    parse: () => null,
    onNote: (value) => onPin(PinNote.parse(value)),
  });
  let totalBytes = 0;
  const copyChild = runChild('copy-child-main', {
    request: { source: request.source, target: request.target, durable: request.durable ?? true },
    parse: () => null,
    onNote: (value) => request.onProgress?.(CopyNote.parse(value).doneBytes, totalBytes),
  });
  const watch = watchLimits(request);
  const work = async (): Promise<Snapshot> => {
    const pin = await Promise.race([pinned, pinChild.result.then(() => endedEarly())]);
    const pinnedAt = performance.now();
    totalBytes = pin.pageSize * pin.pageCount;
    await request.onPinned?.(pin);
    copyChild.say(JSON.stringify(pin));
    await Promise.race([copyChild.result, pinChild.result.then(() => endedEarly())]);
    const pinnedMs = performance.now() - pinnedAt;
    pinChild.say('release');
    // Its good end proves that the pin stood for the whole copy; had it died, checkpoints were free to change the file.
    await pinChild.result;
    const { journalMode, pageSize, pageCount } = pin;
    return { sizeBytes: totalBytes, journalMode, pageSize, pageCount, pinnedMs, walGrowthBytes: watch.grownBytes() };
  };
  try {
    return await Promise.race([work(), watch.broken]);
  } catch (error) {
    await endChildren([pinChild, copyChild]);
    await rm(request.target, { force: true });
    throw asOpsError(error);
  } finally {
    watch.stop();
  }
}

function endedEarly(): never {
  throw new OpsError('BACKUP_FAILED', 'the process that held the snapshot ended too early', { retryable: true });
}

async function endChildren(children: Child<unknown>[]): Promise<void> {
  for (const child of children) child.kill();
  await Promise.allSettled(children.map((child) => child.result));
}

/** `broken` rejects when a limit is passed, a restore waits, or the caller aborts; it never resolves. */
function watchLimits({ source, limits = snapshotLimits, lock, signal }: SnapshotRequest) {
  const walSize = () =>
    stat(`${source}-wal`).then(
      (s) => s.size,
      () => 0,
    );
  const startedAt = performance.now();
  let fail: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  let grown = 0;
  let first: number | undefined;
  const look = async () => {
    const size = await walSize();
    first ??= size;
    grown = size - first;
    const elapsedMs = performance.now() - startedAt;
    if (lock && (await isRestoreWaiting(lock))) fail(interrupted('a restore of this database waits'));
    else if (elapsedMs > limits.timeMs) fail(tooLong(`not done after ${Math.round(elapsedMs / 1000)} s`));
    else if (grown > limits.walGrowthBytes) fail(tooLong(`its write-ahead log grew by ${Math.round(grown / MB)} MB`));
  };
  const lookNow = () => void look().catch(fail);
  const timer = setInterval(lookNow, watchEveryMs);
  const onAbort = () => fail(interrupted('the run was stopped'));
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  lookNow();
  const tooLong = (why: string) => new OpsError('BACKUP_TIMEOUT', `snapshot of ${source} given up: ${why}`);
  const interrupted = (why: string) => new OpsError('BACKUP_INTERRUPTED', `snapshot of ${source} let go: ${why}`);
  const stop = () => {
    clearInterval(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  return { broken, stop, grownBytes: () => Math.max(0, grown) };
}
