import { z } from 'zod';
import { IsoTime } from './time.ts';

export const AlertLevel = z.enum(['critical', 'warning', 'info']);
export type AlertLevel = z.infer<typeof AlertLevel>;

/** Values the catalogue's sentences are filled with, e.g. `{percent: 15.3, limitPercent: 10}`. */
export const AlertParams = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type AlertParams = z.infer<typeof AlertParams>;

/** What tells alerts apart beyond service and type; silences match on them (A7). */
export const AlertLabels = z.record(z.string().min(1).max(200), z.string().max(1_000));
export type AlertLabels = z.infer<typeof AlertLabels>;

/** Words of an alert from outside, whose type is not in our catalogue: told as they are, in no language of ours. */
export const OwnText = z.strictObject({ title: z.string().min(1).max(200), description: z.string().max(2_000) });
export type OwnText = z.infer<typeof OwnText>;

/**
 * What happened to an alert. `key` = `<service>/<alertType>` names the alert; `id` makes a repeat harmless (T0).
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
  labels: AlertLabels.optional(),
  /** The source takes the alert for over from then on unless it raises it again (T15); null or absent: until it clears it. */
  endsAt: IsoTime.nullable().optional(),
  text: OwnText.nullable().optional(),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/** Most events of one job: a few milliseconds of work, so that what is urgent gets in between two of them. */
export const alertJobEventsMax = 100;

/** Job of queue `alert-event`: an event, or several that came together and are of one urgency. */
export const AlertJob = z.union([
  z.strictObject({ events: z.array(AlertEvent).min(1).max(alertJobEventsMax) }),
  AlertEvent,
]);
export type AlertJob = z.infer<typeof AlertJob>;

/** The events of a job, in the order they came. */
export const eventsOf = (job: AlertJob): readonly AlertEvent[] => ('events' in job ? job.events : [job]);

/** `merged`: it waited so long that another notice says the same and more; that one is named beside it. */
export const DeliveryState = z.enum(['pending', 'sent', 'dead', 'merged']);

/** The alerter's record of one alert or info message, as the read model and the dashboard show it. */
export const AlertRecord = z.strictObject({
  /** `<service>/<alertType>#<epoch ms of its opening>` for alerts, never used twice; the event id for infos. */
  id: z.string(),
  service: z.string(),
  alertType: z.string(),
  level: AlertLevel,
  /** `acked`: open, and somebody looks after it. */
  state: z.enum(['open', 'acked', 'resolved', 'info']),
  raisedAt: IsoTime,
  resolvedAt: IsoTime.nullable(),
  params: AlertParams,
  lastError: z.string().nullable(),
  /** Raises of the same alert that were counted and not sent (A4). */
  suppressed: z.int().nonnegative(),
  ackedBy: z.string().nullable().default(null),
  ackedAt: IsoTime.nullable().default(null),
  /** The silence that holds its raise back at the moment of the newest change. */
  silencedBy: z.string().nullable().default(null),
  /** `<service>/<alertType>` of the open alert that explains this one, whose raise is held back as long (parent and child). */
  hiddenBy: z.string().nullable().default(null),
  labels: AlertLabels.default({}),
  text: OwnText.nullable().default(null),
  /** Messages about it: one a channel and occasion, with the receipt of its delivery. */
  notices: z.array(
    z.strictObject({
      id: z.string(),
      channel: z.string(),
      kind: z.enum(['raise', 'recovery', 'info', 'summary', 'digest', 'escalation', 'ack']),
      state: DeliveryState,
      attempts: z.int().nonnegative(),
      at: IsoTime,
      /** The word of the newest try that failed; null once it is sent, or while nothing failed. */
      lastError: z.string().nullable().default(null),
      /** The notice that says what this one would have said, where it is merged. */
      mergedInto: z.string().optional(),
    }),
  ),
});
export type AlertRecord = z.infer<typeof AlertRecord>;
