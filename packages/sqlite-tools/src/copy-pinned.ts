import { closeSync, fdatasync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { OpsError } from '@yoban/shared/errors';
import { overlayWal } from './overlay-wal.ts';
import type { Pin } from './pin-snapshot.ts';

const chunkBytes = 4 * 1024 * 1024;
/** Dirty pages in one large sync stall the application's own syncs on the same journal; small ones pass between them. */
const syncEveryBytes = 16 * 1024 * 1024;
const syncData = promisify(fdatasync);

export interface CopyRequest {
  source: string;
  /** Must not exist; made with mode 0600. */
  target: string;
  pin: Pin;
}

/**
 * Copies the bytes of a pinned snapshot into a new, synced file that needs no log: rollback journal mode in its header, since a
 * WAL database cannot be opened on read-only media. Runs where no SQLite connection exists (SQLite process rule 1), while
 * another process holds the pin. Memory: one 4 MB buffer.
 */
export async function copyPinned(
  { source, target, pin }: CopyRequest,
  progress: (done: number) => void,
): Promise<void> {
  const from = openSync(source, 'r');
  const to = openSync(target, 'wx+', 0o600);
  try {
    const sizeBytes = pin.pageSize * pin.pageCount;
    ftruncateSync(to, sizeBytes);
    await copyBytes(from, to, sizeBytes, progress);
    if (pin.overlayFrames > 0) overlayWal(`${source}-wal`, to, pin);
    if (pin.journalMode === 'wal') writeAll(to, Buffer.from([1, 1]), 18);
    fsyncSync(to);
  } finally {
    closeSync(to);
    closeSync(from);
  }
}

/** Syncs run beside the copying, one at a time, so that the disk works while the next bytes are read. */
async function copyBytes(from: number, to: number, sizeBytes: number, progress: (done: number) => void): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytes));
  let syncing: Promise<void> = Promise.resolve();
  let unsynced = 0;
  for (let at = 0; at < sizeBytes; ) {
    const read = readSync(from, buffer, 0, Math.min(buffer.length, sizeBytes - at), at);
    if (read === 0) break;
    writeAll(to, buffer.subarray(0, read), at);
    at += read;
    unsynced += read;
    if (unsynced >= syncEveryBytes) {
      await syncing;
      syncing = syncData(to);
      unsynced = 0;
    }
    progress(at);
    await nextTurn();
  }
  await syncing;
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    const written = writeSync(fd, bytes, done, bytes.length - done, position + done);
    if (written === 0) throw new OpsError('DISK_FULL', 'the disk takes no more bytes');
    done += written;
  }
}
