import { z } from 'zod';
import { quiet, type Step } from './effect.ts';

/** Since when Redis has been silent, epoch ms, and what people were told of it. */
export const BusState = z.object({
  silentSince: z.number().nullable(),
  told: z.object({ incidentId: z.string() }).nullable(),
});
export type BusState = z.infer<typeof BusState>;

export const busAnswers: BusState = { silentSince: null, told: null };

export type BusEvent = { type: 'answered' } | { type: 'silent'; detail: string };

export interface BusContext {
  /** The service it is told under. */
  service: string;
  graceMs: number;
}

/** One look at Redis at `now` (epoch ms): CRITICAL when it has been silent for the grace, over with its first answer. */
export function stepBus(
  state: BusState,
  event: BusEvent,
  { service, graceMs }: BusContext,
  now: number,
): Step<BusState> {
  if (event.type === 'answered') {
    if (state.told === null) return quiet(busAnswers);
    const { incidentId } = state.told;
    return {
      state: busAnswers,
      effects: [{ do: 'clear', incidentId, alertType: 'bus_down', recoveredBy: 'by-itself', params: {} }],
      reason: 'answered',
    };
  }
  // A silence that begins in the future was noted before the clock went back.
  const silentSince = Math.min(state.silentSince ?? now, now);
  if (state.told !== null || now - silentSince < graceMs) return quiet({ ...state, silentSince });
  const incidentId = `${service}-bus-${silentSince}`;
  const { detail } = event;
  const params = { detail, forS: Math.round((now - silentSince) / 1_000) };
  return {
    state: { silentSince, told: { incidentId } },
    effects: [{ do: 'raise', incidentId, alertType: 'bus_down', detectedAt: silentSince, cause: detail, params }],
    reason: 'bus_down',
  };
}
