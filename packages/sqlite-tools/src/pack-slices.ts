import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Member, MemberOrder } from './gzip-member-worker.ts';

const workers = 2;
/** So that a worker which finishes finds its next slice waiting. */
const ordersPerWorker = 2;
/** Slices under way, packed ones that wait for an earlier one included; bounds the memory. */
const slicesUnderWay = 6;

export interface SliceJob {
  total: number;
  levelOf: (index: number) => number;
  /** Called once for each index, in order. `spare` is the memory of an earlier slice. */
  readSlice: (index: number, spare: Uint8Array<ArrayBuffer> | undefined) => Uint8Array<ArrayBuffer>;
  /** Called once for each index, in order, one at a time. */
  write: (packed: Uint8Array, index: number) => Promise<void>;
}

/**
 * Packs slices into gzip members on two workers, each of which also unpacks what it made and compares. Reading and writing stay in
 * order on the caller's thread, so that the order of the members is the order of the slices.
 */
export async function packSlices(job: SliceJob): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = fileURLToPath(new URL(`./gzip-member-worker.${extension}`, import.meta.url));
  const pool = Array.from({ length: Math.min(workers, job.total) }, () => new Worker(file));
  const free = pool.flatMap((worker) => Array.from({ length: ordersPerWorker }, () => worker));
  const ready = new Map<number, Uint8Array>();
  const spares: Uint8Array<ArrayBuffer>[] = [];
  let wake: () => void = () => undefined;
  let failure: Error | null = null;
  for (const worker of pool) {
    worker.on('message', ({ index, slice, packed }: Member) => {
      ready.set(index, packed);
      spares.push(slice);
      free.push(worker);
      wake();
    });
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
      wake();
    });
  }
  try {
    let given = 0;
    for (let written = 0; written < job.total; ) {
      for (; given < job.total && given < written + slicesUnderWay; given += 1) {
        const worker = free.shift();
        if (!worker) break;
        const slice = job.readSlice(given, spares.pop());
        worker.postMessage({ index: given, level: job.levelOf(given), slice } satisfies MemberOrder, [slice.buffer]);
      }
      if (failure) throw failure;
      const packed = ready.get(written);
      if (!packed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      ready.delete(written);
      await job.write(packed, written);
      written += 1;
    }
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}
