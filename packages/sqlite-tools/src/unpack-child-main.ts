import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { OpsError } from '@yoban/shared/errors';
import { isGzip } from './candidate-companions.ts';
import { childMain } from './child-main.ts';
import { translateSqliteError } from './sqlite-error.ts';

const chunkBytes = 1024 * 1024;
const noteEveryMs = 500;

await childMain<{ source: string; target: string }>(async ({ source, target }, context) => {
  let sizeBytes = 0;
  let notedAt = performance.now();
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (performance.now() - notedAt > noteEveryMs) {
        notedAt = performance.now();
        context.note({ doneBytes: sizeBytes });
      }
      done(null, chunk);
    },
  });
  try {
    const unpack = await isGzip(source);
    const handle = await open(target, 'wx', 0o600);
    const from = createReadStream(source, { highWaterMark: chunkBytes });
    const to: Writable = handle.createWriteStream({ flush: true, highWaterMark: chunkBytes });
    if (unpack) await pipeline(from, createGunzip({ chunkSize: chunkBytes }), count, to);
    else await pipeline(from, count, to);
    return { sizeBytes };
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new OpsError('BACKUP_VERIFY_FAILED', `it is not whole gzip (${error.message})`, { cause: error });
    }
    throw translateSqliteError(error, source);
  }
});
