import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import type { ActionAround } from './action.ts';
import type { Deed } from './deed.ts';

/**
 * The newest good backup of a database in its place. A restore is never left half way: at its limit no further backup is tried, and what
 * is under way is waited for.
 */
export async function restoreSqlite(
  { database, timeout }: ActionConfigOf<'restore_sqlite'>,
  { restore }: Pick<ActionAround, 'restore'>,
  signal: AbortSignal,
): Promise<Deed> {
  const limit = AbortSignal.timeout(timeout);
  const { ok, detail, output } = await restore(database, AbortSignal.any([limit, signal]));
  return { ok, detail, output, timedOut: !ok && limit.aborted };
}
