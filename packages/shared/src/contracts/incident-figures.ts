import { z } from 'zod';
import { Incident } from './incident.ts';
import { IsoTime } from './time.ts';

/** Of `known` incidents, those whose time is known; null where there is none. */
const Times = z.object({
  known: z.int().nonnegative(),
  meanMs: z.number().nonnegative().nullable(),
  medianMs: z.number().nonnegative().nullable(),
});

/**
 * What the incidents of a period say of one service, or of all where `service` is null. Those that another one explains are counted
 * with that one; false alarms count only as such. `detect` is the mean time to detect, from the begin of the fault; `recover` the mean
 * time to recover, from its detection.
 */
export const IncidentFigures = z.object({
  service: z.string().nullable(),
  incidents: z.int().nonnegative(),
  open: z.int().nonnegative(),
  falseAlarms: z.int().nonnegative(),
  falseAlarmPercent: z.number().min(0).max(100).nullable(),
  detect: Times,
  recover: Times,
  /** Of those that have ended, how many no person had to end. */
  ended: z.int().nonnegative(),
  automatic: z.int().nonnegative(),
  automaticPercent: z.number().min(0).max(100).nullable(),
});
export type IncidentFigures = z.infer<typeof IncidentFigures>;

/** Answer of `GET /api/incidents`: open ones first, then the newest; `next` is `before` of the page after it. */
export const IncidentPage = z.object({
  incidents: z.array(Incident),
  next: z.string().nullable(),
  period: z.object({ from: IsoTime, to: IsoTime }),
  /** Those of all services first, then of each that had an incident within the period. */
  figures: z.array(IncidentFigures),
});
export type IncidentPage = z.infer<typeof IncidentPage>;
