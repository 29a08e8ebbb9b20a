import { asOpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { runChild } from './run-child.ts';

const Integrity = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ok') }),
  z.object({ state: z.literal('corrupt'), detail: z.string() }),
]);

export type LiveIntegrity =
  | z.infer<typeof Integrity>
  /** It could not be asked: locked, missing, no rights. Never the same as ok. */
  | { state: 'unknown'; code: string; detail: string };

/** What a damaged file makes SQLite or our header check say. */
const corruptCodes = new Set(['DB_CORRUPT', 'DB_NOT_SQLITE']);

/** Runs the integrity check on a live database in a child that ends (SQLite process rule 2). Reads only. Does not throw. */
export async function checkLiveIntegrity(file: string): Promise<LiveIntegrity> {
  try {
    return await runChild('integrity-child-main', { request: { file }, parse: (value) => Integrity.parse(value) })
      .result;
  } catch (thrown) {
    const { code, message } = asOpsError(thrown);
    return corruptCodes.has(code) ? { state: 'corrupt', detail: message } : { state: 'unknown', code, detail: message };
  }
}
