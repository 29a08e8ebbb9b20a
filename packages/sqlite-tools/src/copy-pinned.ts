import { closeSync, fdatasync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { OpsError } from '@yoban/shared/errors';
import { overlayWal } from './overlay-wal.ts';
import type { Pin } from './pin-snapshot.ts';

/** Larger writes make Linux look for large folios: 256 KB took two to four times the processor time in half of the runs. */
const chunkBytes = 128 * 1024;
/** How often the loop lets a finished sync, or the death of the parent, be noticed. */
const turnEveryBytes = 1024 * 1024;
/** The disk works while the next bytes are read; each sync also commits the file system's journal, so not too often. */
const syncEveryBytes = 64 * 1024 * 1024;
const syncData = promisify(fdatasync);

export interface CopyRequest {
  source: string;
  /** Must not exist; made with mode 0600. */
  target: string;
  pin: Pin;
  /** Whether the copy must outlive a power cut. */
  durable: boolean;
}

/**
 * Copies the bytes of a pinned snapshot into a new file that needs no log: rollback journal mode in its header, since a
 * WAL database cannot be opened on read-only media. Runs where no SQLite connection exists (SQLite process rule 1), while
 * another process holds the pin. Memory: one 128 KB buffer.
 * The file grows as it is written: filling holes of a file made in full size first took twice the time on ext4.
 */
export async function copyPinned(
  { source, target, pin, durable }: CopyRequest,
  progress: (done: number) => void,
): Promise<void> {
  const from = openSync(source, 'r');
  const to = openSync(target, 'wx+', 0o600);
  try {
    const sizeBytes = pin.pageSize * pin.pageCount;
    await copyBytes({ from, to, sizeBytes, durable }, progress);
    if (pin.overlayFrames > 0) overlayWal(`${source}-wal`, to, pin);
    if (pin.journalMode === 'wal') writeAll(to, Buffer.from([1, 1]), 18);
    ftruncateSync(to, sizeBytes);
    if (durable) fsyncSync(to);
  } finally {
    closeSync(to);
    closeSync(from);
  }
}

/** Syncs run beside the copying, one at a time, so that the disk works while the next bytes are read. */
async function copyBytes(
  { from, to, sizeBytes, durable }: { from: number; to: number; sizeBytes: number; durable: boolean },
  progress: (done: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytes));
  let syncing: Promise<void> = Promise.resolve();
  let unsynced = 0;
  for (let at = 0; at < sizeBytes; ) {
    const read = readSync(from, buffer, 0, Math.min(buffer.length, sizeBytes - at), at);
    if (read === 0) break;
    writeAll(to, buffer.subarray(0, read), at);
    at += read;
    unsynced += read;
    if (durable && unsynced >= syncEveryBytes) {
      await syncing;
      syncing = syncData(to);
      // Its failure is seen where it is awaited; until then it must not end the process.
      syncing.catch(() => undefined);
      unsynced = 0;
    }
    if (at % turnEveryBytes !== 0) continue;
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
