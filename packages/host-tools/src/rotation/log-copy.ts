import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const chunkBytes = 1_048_576;

/** A copy of a growing file, made in pieces: from its begin as far as it is asked for. */
export interface LogCopy {
  /** Bytes of the log that it has not got yet. */
  left(): number;
  /** One piece more. */
  advance(): void;
  /** Makes it durable. @returns bytes of the log that it holds */
  sync(): number;
  close(): void;
}

/** `packed`: each piece is a gzip member, which together are a .gz of the whole. `source` stays the caller's. */
export function openLogCopy(source: number, file: string, packed: boolean): LogCopy {
  const copy = openSync(file, 'wx', fstatSync(source).mode & 0o777);
  let taken = 0;
  const left = () => fstatSync(source).size - taken;
  return {
    left,
    advance: () => {
      const buffer = Buffer.allocUnsafe(Math.min(left(), chunkBytes));
      const piece = buffer.subarray(0, readSync(source, buffer, 0, buffer.length, taken));
      const bytes = packed ? gzipSync(piece) : piece;
      for (let done = 0; done < bytes.length; ) done += writeSync(copy, bytes, done);
      taken += piece.length;
    },
    sync: () => {
      fdatasyncSync(copy);
      return taken;
    },
    close: () => closeSync(copy),
  };
}
