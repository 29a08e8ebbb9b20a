import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { OpsError } from '@yoban/shared/errors';
import { childMain } from './child-main.ts';
import { yieldToOthers } from './yield-to-others.ts';

const chunkBytes = 1024 * 1024;

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
  if (!gunzip) await pipeline(read, count);
  else
    await pipeline(read, createGunzip({ chunkSize: chunkBytes }), count).catch((error: unknown) =>
      notGzip(file, error),
    );
  return { sha256: hash.digest('hex'), sizeBytes };
});

function notGzip(file: string, error: unknown): never {
  const why = error instanceof Error ? error.message : String(error);
  throw new OpsError('BACKUP_VERIFY_FAILED', `${file} is not a whole gzip file: ${why}`, { cause: error });
}
