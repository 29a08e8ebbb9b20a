import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { OpsError } from '@yoban/shared/errors';
import type { Pin } from './pin-snapshot.ts';
import {
  type Checksum,
  type Frame,
  frameHeaderBytes,
  parseFrame,
  parseWalHeader,
  walHeaderBytes,
} from './wal-frame.ts';

const lost = (why: string) =>
  new OpsError('BACKUP_FAILED', `the write-ahead log changed under the snapshot: ${why}`, { retryable: true });

/**
 * Writes the newest version of every page in the log's first `pin.overlayFrames` frames over the copy in `to`. This also mends
 * pages that a checkpoint was writing while they were copied: it only writes pages whose frames stand here.
 * Every frame is checked (salt, running checksum), and the last must end a commit of exactly the pinned size.
 */
export function overlayWal(walFile: string, to: number, pin: Pin): void {
  const wal = openSync(walFile, 'r');
  try {
    const newest = newestFrames(wal, pin);
    const page = Buffer.allocUnsafeSlow(pin.pageSize);
    for (const [pageNumber, at] of newest) {
      // A page past the end was cut off by a later commit of the same snapshot.
      if (pageNumber > pin.pageCount) continue;
      readExactly(wal, page, at + frameHeaderBytes);
      writeSync(to, page, 0, page.length, (pageNumber - 1) * pin.pageSize);
    }
  } finally {
    closeSync(wal);
  }
}

/** Page number to the file offset of its last frame. */
function newestFrames(wal: number, pin: Pin): Map<number, number> {
  const head = Buffer.allocUnsafeSlow(walHeaderBytes);
  readExactly(wal, head, 0);
  const header = parseWalHeader(head);
  if (!header || header.pageSize !== pin.pageSize) throw lost('its header does not fit');
  const frameBytes = frameHeaderBytes + pin.pageSize;
  const bytes = Buffer.allocUnsafeSlow(frameBytes);
  const newest = new Map<number, number>();
  let checksum: Checksum = header.checksum;
  let last: Frame | null = null;
  for (let index = 0; index < pin.overlayFrames; index += 1) {
    const at = walHeaderBytes + index * frameBytes;
    readExactly(wal, bytes, at);
    last = parseFrame(bytes, header, checksum);
    if (!last) throw lost(`frame ${index + 1} of ${pin.overlayFrames} does not fit`);
    checksum = last.checksum;
    newest.set(last.pageNumber, at);
  }
  if (last?.commitPages !== pin.pageCount) throw lost('its last frame is not the pinned commit');
  return newest;
}

function readExactly(fd: number, buffer: Buffer, position: number): void {
  for (let done = 0; done < buffer.length; ) {
    const read = readSync(fd, buffer, done, buffer.length - done, position + done);
    if (read === 0) throw lost('it is shorter than before');
    done += read;
  }
}
