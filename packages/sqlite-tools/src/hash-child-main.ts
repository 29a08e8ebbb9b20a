import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { OpsError } from '@yoban/shared/errors';
import { childMain } from './child-main.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { yieldToOthers } from './yield-to-others.ts';

const chunkBytes = 1024 * 1024;

/** Also an early end of the file: Z_BUF_ERROR. */
const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

const notGzip = (file: string, error: Error) =>
  new OpsError('BACKUP_VERIFY_FAILED', `${file} is not a whole gzip file: ${error.message}`, { cause: error });

yieldToOthers();
await childMain<{ file: string; gunzip: boolean }>(async ({ file, gunzip }) => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const count = new Writable({
    highWaterMark: chunkBytes,
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done();
    },
  });
  const read = createReadStream(file, { highWaterMark: chunkBytes });
  try {
    if (gunzip) await pipeline(read, createGunzip({ chunkSize: chunkBytes }), count);
    else await pipeline(read, count);
  } catch (error) {
    throw isZlibError(error) ? notGzip(file, error) : translateSqliteError(error, file);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
});
