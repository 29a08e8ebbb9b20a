import type { Kicker } from './read-kickers.ts';

export type KickRefusal = 'action_not_allowed' | 'source_not_allowed';

/** Why this kick is not for the one who asks; null where it is. The pattern has to fit the whole of the source. */
export function kickRefusal(
  { allow, sourcePattern }: Pick<Kicker, 'allow' | 'sourcePattern'>,
  { action, source }: { action: string; source: string },
): KickRefusal | null {
  if (!allow.includes(action)) return 'action_not_allowed';
  return !isBareLine(source) && new RegExp(`^(?:${sourcePattern})$`, 'u').test(source) ? null : 'source_not_allowed';
}

/** W6: whoever comes by LINE says which account it was, whatever a pattern would let through. */
const isBareLine = (source: string): boolean => /^line:?$/i.test(source);
