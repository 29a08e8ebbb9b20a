import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { childMain } from './child-main.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { yieldToOthers } from './yield-to-others.ts';

const chunkBytes = 1024 * 1024;

yieldToOthers();
await childMain<{ file: string }>(async ({ file }) => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    throw translateSqliteError(error, file);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
});
