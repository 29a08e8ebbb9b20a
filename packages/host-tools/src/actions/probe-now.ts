import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import type { ActionAround } from './action.ts';
import type { Deed } from './deed.ts';

/** Looks at a declared probe now; its own time limit holds. */
export async function probeNow(
  { probe }: ActionConfigOf<'probe'>,
  { look }: Pick<ActionAround, 'look'>,
  signal: AbortSignal,
): Promise<Deed> {
  const { passes, detail } = await look(probe, signal);
  return { ok: passes, detail: `${probe}: ${detail}` };
}
