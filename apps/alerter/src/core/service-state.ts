import { MINUTE } from '@yoban/shared/contracts/time';
import { z } from 'zod';

/** What a service's messages share: how many INFOs this minute has had, and the newest summary or fold per channel. */
export const ServiceState = z.strictObject({
  minuteEnd: z.number(),
  sentThisMinute: z.int().nonnegative(),
  /** INFOs over the limit, by alert type, told as one message when their minute is over. */
  folded: z.record(z.string(), z.int().positive()),
  tails: z.record(z.string(), z.string()),
});
export type ServiceState = z.infer<typeof ServiceState>;

export const newService: ServiceState = { minuteEnd: 0, sentThisMinute: 0, folded: {}, tails: {} };

export const minuteEndOf = (now: number): number => (Math.floor(now / MINUTE) + 1) * MINUTE;

/**
 * T12: an INFO is sent singly until its minute has had `perMinute` (null: always), then folded. INFOs folded in an earlier minute keep their
 * place until that minute's message has gone.
 */
export function countInfo(
  state: ServiceState,
  alertType: string,
  now: number,
  perMinute: number | null,
): { state: ServiceState; folded: boolean } {
  const minuteEnd = minuteEndOf(now);
  const sameMinute = state.minuteEnd === minuteEnd;
  const sent = sameMinute ? state.sentThisMinute : 0;
  if (perMinute === null || sent < perMinute)
    return { state: { ...state, minuteEnd, sentThisMinute: sent + 1 }, folded: false };
  const folded = { ...state.folded, [alertType]: (state.folded[alertType] ?? 0) + 1 };
  return { state: { ...state, minuteEnd, sentThisMinute: sent, folded }, folded: true };
}
