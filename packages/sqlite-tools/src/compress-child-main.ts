import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { childMain } from './child-main.ts';
import { gzipLevelFor } from './gzip-level.ts';
import type { Member, MemberOrder } from './gzip-member-worker.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { yieldToOthers } from './yield-to-others.ts';

const workers = 2;
const sliceBytes = 4 * 1024 * 1024;
/** Packed members that may wait for an earlier, slower one; bounds the memory. */
const ahead = 6;

interface Slices {
  total: number;
  sizeBytes: number;
}

yieldToOthers();
await childMain<{ source: string; target: string }>(async ({ source, target }, context) => {
  const level = gzipLevelFor(source);
  const input = await open(source, 'r');
  const sizeBytes = fstatSync(input.fd).size;
  await input.close();
  const output = await open(target, 'wx', 0o600);
  try {
    const slices = { total: Math.max(1, Math.ceil(sizeBytes / sliceBytes)), sizeBytes };
    await packInOrder({ source, level }, slices, async (bytes, doneSlices) => {
      await output.appendFile(bytes);
      if (doneSlices % 4 === 0) context.note({ doneBytes: doneSlices * sliceBytes, totalBytes: sizeBytes });
    });
    await output.sync();
  } catch (error) {
    throw translateSqliteError(error, target);
  } finally {
    await output.close();
  }
});

/** Hands slices to the workers as they become free and gives the packed members to `write` in the file's order. */
async function packInOrder(
  order: Omit<MemberOrder, 'index' | 'position' | 'length'>,
  { total, sizeBytes }: Slices,
  write: (bytes: Uint8Array, doneSlices: number) => Promise<void>,
): Promise<void> {
  const ready = new Map<number, Uint8Array>();
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = fileURLToPath(new URL(`./gzip-member-worker.${extension}`, import.meta.url));
  const pool = Array.from({ length: Math.min(workers, total) }, () => new Worker(file));
  const idle: Worker[] = [...pool];
  let given = 0;
  let written = 0;
  let wake: () => void = () => undefined;
  let failure: unknown = null;
  for (const worker of pool) {
    worker.on('message', (member: Member) => {
      ready.set(member.index, member.bytes);
      idle.push(worker);
      wake();
    });
    worker.on('error', (error) => {
      failure = error;
      wake();
    });
  }
  try {
    while (written < total) {
      while (given < total && given < written + ahead) {
        const worker = idle.pop();
        if (!worker) break;
        const position = given * sliceBytes;
        worker.postMessage({ ...order, index: given, position, length: Math.min(sliceBytes, sizeBytes - position) });
        given += 1;
      }
      if (failure) throw failure;
      const next = ready.get(written);
      if (next) {
        ready.delete(written);
        written += 1;
        await write(next, written);
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}
