import { z } from 'zod';
import { IsoTime } from './time.ts';

export const AlertLevel = z.enum(['critical', 'warning', 'info']);
export type AlertLevel = z.infer<typeof AlertLevel>;

/** Values the catalogue's sentences are filled with, e.g. `{percent: 15.3, limitPercent: 10}`. */
export const AlertParams = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type AlertParams = z.infer<typeof AlertParams>;

/**
 * Job of queue `alert-event`. `key` = `<service>/<alertType>` names the alert; `id` makes a repeat harmless (T0).
 * `at` is when the source saw it, not when it was sent. The words come from the alert catalogue, in the receiver's language.
 */
export const AlertEvent = z.strictObject({
  id: z.string().min(1).max(200),
  kind: z.enum(['raise', 'clear', 'info']),
  level: AlertLevel,
  service: z.string().min(1),
  alertType: z.string().min(1),
  at: IsoTime,
  params: AlertParams.default({}),
  lastError: z.string().max(500).nullable().default(null),
  incidentId: z.string().nullable().default(null),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

export const DeliveryState = z.enum(['pending', 'sent', 'dead']);

/** The alerter's record of one alert or info message, as the read model and the dashboard show it. */
export const AlertRecord = z.strictObject({
  /** `<service>/<alertType>#<epoch ms of its opening>` for alerts, never used twice; the event id for infos. */
  id: z.string(),
  service: z.string(),
  alertType: z.string(),
  level: AlertLevel,
  state: z.enum(['open', 'resolved', 'info']),
  raisedAt: IsoTime,
  resolvedAt: IsoTime.nullable(),
  params: AlertParams,
  lastError: z.string().nullable(),
  /** Raises of the same alert that were counted and not sent (A4). */
  suppressed: z.int().nonnegative(),
  notices: z.array(
    z.strictObject({
      id: z.string(),
      channel: z.string(),
      kind: z.enum(['raise', 'recovery', 'info', 'summary']),
      state: DeliveryState,
      attempts: z.int().nonnegative(),
      at: IsoTime,
    }),
  ),
});
export type AlertRecord = z.infer<typeof AlertRecord>;
