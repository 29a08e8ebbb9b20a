import { z } from 'zod';
import { HOUR, MINUTE, SECOND } from '../contracts/time.ts';
import { deadManSettings } from './dead-man-config.ts';
import { DurationMs, Name } from './fields.ts';
import { ingestSettings } from './ingest-config.ts';

const ChannelNames = z.array(Name);

/** Who is told of what, by level. A WARNING goes by mail only where `warning` names a mail channel. */
export const AlertRoutes = z.strictObject({
  critical: ChannelNames.default([]),
  warning: ChannelNames.default([]),
  info: ChannelNames.default([]),
});
export type AlertRoutes = z.infer<typeof AlertRoutes>;

/** When the first three levels of an escalation are reached unless they say so themselves. */
const usualAfterMs = [0, 5 * MINUTE, 15 * MINUTE] as const;

const EscalationLevel = z.strictObject({ after: DurationMs.optional(), channels: ChannelNames.min(1) });

/** Levels of an escalation in order, each with `afterMs` since the alert was told. Without a level at 0 s, `routes.critical` is told first. */
const Escalation = z
  .array(EscalationLevel)
  .max(10)
  .transform((levels, context) => {
    const timed = levels.map(({ after, channels }, index) => ({ afterMs: after ?? usualAfterMs[index], channels }));
    const complete = timed.flatMap(({ afterMs, channels }) => (afterMs === undefined ? [] : [{ afterMs, channels }]));
    timed.forEach(({ afterMs }, index) => {
      const before = timed[index - 1]?.afterMs ?? -1;
      if (afterMs !== undefined && afterMs > before) return;
      const message = afterMs === undefined ? 'is missing' : 'must be later than that of the level before it';
      context.addIssue({ code: 'custom', path: [index, 'after'], message });
    });
    return complete;
  });

const orOff = <S extends z.ZodType>(schema: S) => z.union([z.literal('off').transform(() => null), schema]);

const AlertName = z
  .string()
  .regex(/^([^/]+\/)?[^/]+$/, 'an alert is written as type or service/type, e.g. process_down or db/process_down');

/**
 * While the parent is open, no child is told; a child that is still open is told `grace` after the parent is over. A parent
 * without a service is that of the child's own service.
 */
const InhibitRule = z.strictObject({
  parent: AlertName,
  children: z.array(AlertName).min(1),
  grace: DurationMs.default(90 * SECOND),
});

const WindowMs = z.int().positive();

/** What a service may set differently from the rest (A4, A7, A11). */
export const ServiceAlerts = z.strictObject({
  deduplicationWindowMs: WindowMs.optional(),
  routes: AlertRoutes.optional(),
  rearmOnRecovery: z.boolean().optional(),
  remindEvery: orOff(DurationMs).optional(),
  ackFor: DurationMs.optional(),
  escalation: Escalation.optional(),
});

/** The alerts section, channels aside. */
export const alertSettings = {
  deduplicationWindowMs: WindowMs.default(15 * MINUTE),
  routes: AlertRoutes.prefault({}),
  /** A CRITICAL that comes back after its recovery is told at once, also inside the window. */
  rearmOnRecovery: z.boolean().default(false),
  /** How often an open CRITICAL that nobody acknowledged is told again. */
  remindEvery: orOff(DurationMs).default(4 * HOUR),
  /** How long an acknowledgement holds reminders and escalation back. */
  ackFor: DurationMs.default(4 * HOUR),
  escalation: Escalation.default([]),
  inhibit: z.array(InhibitRule).default([]),
  /** INFOs of one service that are sent singly within a minute; more are folded into one message. */
  infosPerMinute: orOff(z.int().positive()).default(20),
  dailyStats: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Time of day in the configured zone. */
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written as HH:MM, e.g. 09:00')
        .default('09:00'),
    })
    .prefault({}),
  ...deadManSettings,
  ...ingestSettings,
};

interface AlertsInConfig {
  alerts: { routes: AlertRoutes; escalation: readonly { channels: readonly string[] }[] };
  services: Readonly<Record<string, { alerts?: z.infer<typeof ServiceAlerts> | undefined }>>;
}

/** Every channel that some alert may go to. */
export function routedChannels({ alerts, services }: AlertsInConfig): Set<string> {
  const all = [alerts, ...Object.values(services).map((service) => service.alerts)];
  return new Set(
    all.flatMap((one) => [
      ...Object.values(one?.routes ?? {}).flat(),
      ...(one?.escalation ?? []).flatMap((level) => level.channels),
    ]),
  );
}
