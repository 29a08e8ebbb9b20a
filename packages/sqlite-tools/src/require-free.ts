import { OpsError } from '@yoban/shared/errors';
import { askOutside } from './ask-outside.ts';
import { requireNoHolder } from './file-holders.ts';

/** What could not be asked about a database that nobody seems to have open. */
export interface Unasked {
  /** Processes of other users, of which only the lock could be asked. */
  processesNotAsked: number;
  /** Why other containers could not be asked; null when they were. */
  outsideNotAsked: string | null;
}

/**
 * Passes when nobody has the database open: no process that `/proc` shows, and nobody of other containers who has a lock on it (R3).
 * @throws OpsError RESTORE_FILE_IN_USE naming the holder, or saying that it is one that cannot be seen from here.
 */
export async function requireFree(dbPath: string): Promise<Unasked> {
  const processesNotAsked = await requireNoHolder(dbPath);
  const outside = await askOutside(dbPath);
  if (outside.state === 'held') {
    throw new OpsError(
      'RESTORE_FILE_IN_USE',
      `a process that cannot be seen from here (of another container, or of another user) has ${dbPath} open`,
      { fields: { file: dbPath } },
    );
  }
  return { processesNotAsked, outsideNotAsked: outside.state === 'not-asked' ? outside.reason : null };
}
