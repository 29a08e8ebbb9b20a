import { createHash } from 'node:crypto';
import { closeSync, fdatasync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { OpsError } from '@yoban/shared/errors';
import { childMain } from './child-main.ts';
import { gzipPlanFor } from './gzip-plan.ts';
import { packSlices } from './pack-slices.ts';
import { levelOf } from './plan-levels.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { yieldToOthers } from './yield-to-others.ts';

/** Smaller ones pack worse, each begins with nothing behind it: 1 MB by 0.2 %, 2 MB by 0.05 % against 4 MB. */
const sliceBytes = 2 * 1024 * 1024;
const syncEveryBytes = 32 * 1024 * 1024;
const syncData = promisify(fdatasync);

/** Fills `bytes` from the file. @throws OpsError when the file ends before. */
function readFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (read === 0) throw new OpsError('BACKUP_VERIFY_FAILED', `the file ends at ${position + done}`);
    done += read;
  }
}

function writeFully(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

/** The packed file as it grows: each member is read back from it and compared, and only what was read back is hashed. */
class PackedFile {
  readonly #fd: number;
  readonly #hash = createHash('sha256');
  #syncing: Promise<void> = Promise.resolve();
  #syncedBytes = 0;
  sizeBytes = 0;

  constructor(file: string) {
    this.#fd = openSync(file, 'wx+', 0o600);
  }

  async append(member: Uint8Array): Promise<void> {
    writeFully(this.#fd, member, this.sizeBytes);
    const readBack = Buffer.allocUnsafeSlow(member.length);
    readFully(this.#fd, readBack, this.sizeBytes);
    if (!readBack.equals(member)) throw new OpsError('BACKUP_VERIFY_FAILED', 'the disk gave back other bytes');
    this.#hash.update(readBack);
    this.sizeBytes += member.length;
    if (this.sizeBytes - this.#syncedBytes < syncEveryBytes) return;
    await this.#syncing;
    this.#syncing = syncData(this.#fd);
    // Its failure is seen where it is awaited; until then it must not end the process.
    this.#syncing.catch(() => undefined);
    this.#syncedBytes = this.sizeBytes;
  }

  async finish(): Promise<{ sha256: string; sizeBytes: number }> {
    await this.#syncing;
    fsyncSync(this.#fd);
    return { sha256: this.#hash.digest('hex'), sizeBytes: this.sizeBytes };
  }

  close(): void {
    closeSync(this.#fd);
  }
}

yieldToOthers();
await childMain<{ source: string; target: string }>(async ({ source, target }, context) => {
  const input = openSync(source, 'r');
  const output = new PackedFile(target);
  try {
    const sizeBytes = fstatSync(input).size;
    const content = createHash('sha256');
    const plan = gzipPlanFor(input);
    await packSlices({
      total: Math.max(1, Math.ceil(sizeBytes / sliceBytes)),
      levelOf: (index) => levelOf(plan, index),
      readSlice: (index, spare) => {
        const position = index * sliceBytes;
        const length = Math.min(sliceBytes, sizeBytes - position);
        const slice = spare?.length === length ? spare : new Uint8Array(new ArrayBuffer(length));
        readFully(input, slice, position);
        content.update(slice);
        return slice;
      },
      write: async (packed, index) => {
        await output.append(packed);
        if (index % 4 === 0) context.note({ doneBytes: index * sliceBytes, totalBytes: sizeBytes });
      },
    });
    return { content: { sha256: content.digest('hex'), sizeBytes }, packed: await output.finish() };
  } catch (error) {
    throw translateSqliteError(error, target);
  } finally {
    output.close();
    closeSync(input);
  }
});
