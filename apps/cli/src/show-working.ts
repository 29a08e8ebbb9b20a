import type { Output } from './output.ts';
import type { Words } from './words/words.ts';

const firstMs = 2_000;

/** Says on stderr every 2 s that the work goes on, so that a long wait does not look like a hung command. */
export async function showWorking<T>(out: Output, words: Words, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const timer = setInterval(
    () => out.note(words.backup.working(Math.round((performance.now() - startedAt) / 1_000))),
    firstMs,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
