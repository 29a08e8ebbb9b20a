import { asOpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { runChild } from './run-child.ts';

export interface LiveQuestion {
  /** `quick` passes over the agreement of indexes with their tables, which only `integrity` compares. */
  check: 'quick' | 'integrity';
  requiredTables: readonly string[];
}

const Verdict = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ok') }),
  z.object({ state: z.literal('bad'), detail: z.string() }),
]);

export type LiveVerdict =
  | z.infer<typeof Verdict>
  /** It could not be asked: locked, missing, no rights, broken off. */
  | { state: 'unknown'; detail: string };

/** What a damaged file makes SQLite or our header check say. */
const damaged = new Set(['DB_CORRUPT', 'DB_NOT_SQLITE']);

/**
 * Asks a live database whether it is sound and has these tables, in a child that ends with the signal (SQLite process rule 2).
 * Reads only. Does not reject.
 */
export async function lookIntoLive(file: string, question: LiveQuestion, signal: AbortSignal): Promise<LiveVerdict> {
  const child = runChild('look-child-main', {
    request: { file, ...question },
    parse: (value) => Verdict.parse(value),
  });
  const onAbort = () => child.kill();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await child.result;
  } catch (thrown) {
    const { code, message } = asOpsError(thrown);
    return damaged.has(code) ? { state: 'bad', detail: message } : { state: 'unknown', detail: message };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
