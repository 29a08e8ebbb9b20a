import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';

/** One slice of the source, to become one gzip member. */
export interface MemberOrder {
  source: string;
  level: number;
  index: number;
  position: number;
  length: number;
}

export interface Member {
  index: number;
  bytes: Uint8Array;
}

function pack({ source, level, index, position, length }: MemberOrder): Member {
  const slice = Buffer.allocUnsafeSlow(length);
  const fd = openSync(source, 'r');
  try {
    let done = 0;
    while (done < length) {
      const read = readSync(fd, slice, done, length - done, position + done);
      if (read === 0) throw new Error(`${source} became shorter`);
      done += read;
    }
  } finally {
    closeSync(fd);
  }
  return { index, bytes: gzipSync(slice, { level, memLevel: level === 6 ? 8 : 9 }) };
}

parentPort?.on('message', (order: MemberOrder) => parentPort?.postMessage(pack(order)));
