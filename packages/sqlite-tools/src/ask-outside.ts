import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { asOpsError, hasErrno } from '@yoban/shared/errors';
import { z } from 'zod';
import { runChild } from './run-child.ts';

const Answer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('free') }),
  /** Another connection has a lock on it: one in WAL mode for as long as it is open, others while a transaction runs. */
  z.object({ state: z.literal('held') }),
  z.object({ state: z.literal('not-asked'), reason: z.string() }),
]);
export type OutsideAnswer = z.infer<typeof Answer>;

/**
 * Does any process of this kernel, seen from here or not, have a lock on the database? For holders in other containers, which
 * `/proc` does not show (SQLite process rule 5). Asks the lock itself, in a child that ends, and changes no byte of the set; also
 * of a file that is no database any more. Not seen: a connection in a rollback mode between two transactions. Does not throw.
 */
export async function askOutside(dbPath: string): Promise<OutsideAnswer> {
  const folder = path.join(path.dirname(dbPath), `.${path.basename(dbPath)}.ask`);
  try {
    if (!(await lstat(dbPath)).isFile()) return { state: 'not-asked', reason: `${dbPath} is not a file` };
    return await ask(dbPath, folder);
  } catch (thrown) {
    return hasErrno(thrown, 'ENOENT') ? { state: 'free' } : { state: 'not-asked', reason: asOpsError(thrown).message };
  }
}

async function ask(file: string, folder: string): Promise<OutsideAnswer> {
  // One that was killed in here left it.
  await rm(folder, { recursive: true, force: true });
  try {
    return await runChild('ask-outside-child-main', {
      request: { file, folder },
      parse: (value) => Answer.parse(value),
    }).result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
