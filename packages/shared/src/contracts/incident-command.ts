import { z } from 'zod';
import { IsoTime } from './time.ts';

const head = {
  /** Makes a repeat harmless. */
  id: z.uuid(),
  incidentId: z.string().min(1).max(500),
  /** Who asks, for the audit. */
  actor: z.string().min(1).max(200),
  at: IsoTime,
};

/** Job of queue `incident-command`: what a person says of an incident. The watchdog writes it into the incident it owns. */
export const IncidentCommand = z.discriminatedUnion('do', [
  /** Somebody looks after it; what has been halted for want of that goes on. */
  z.strictObject({ do: z.literal('ack'), ...head }),
  /** An empty note takes the note away. */
  z.strictObject({ do: z.literal('note'), ...head, note: z.string().max(2_000) }),
  z.strictObject({ do: z.literal('false-alarm'), ...head, falseAlarm: z.boolean() }),
]);
export type IncidentCommand = z.infer<typeof IncidentCommand>;
