import { z } from 'zod';
import { AlertLevel } from './alert.ts';
import { IsoTime } from './time.ts';

/**
 * One part of a recovery with its end (S3). Waiting while `startedAt` is null, under way while `endedAt` is. `late`: it was not over
 * at `dueAt`, also when it ended after that.
 */
export const IncidentPhase = z.strictObject({
  /** A name of the policy's milestones, e.g. `process_up`. */
  name: z.string().min(1),
  startedAt: IsoTime.nullable(),
  endedAt: IsoTime.nullable(),
  dueAt: IsoTime.nullable(),
  late: z.boolean(),
});
export type IncidentPhase = z.infer<typeof IncidentPhase>;

/** Something that was done about an incident. `ok`, `exitCode` and `durationMs` are null while it runs. */
export const IncidentAction = z.strictObject({
  name: z.string().min(1),
  startedAt: IsoTime,
  /** Which start within the budget's window this is, and how many that allows; null where no budget counts it. */
  attempt: z.int().positive().nullable(),
  attemptMax: z.int().positive().nullable(),
  ok: z.boolean().nullable(),
  exitCode: z.int().nullable(),
  durationMs: z.number().nonnegative().nullable(),
  /** One line for people. */
  detail: z.string(),
  /** `yoban`, or the source of a kick such as `line:U1234`. */
  by: z.string().min(1),
});
export type IncidentAction = z.infer<typeof IncidentAction>;

/**
 * A fault of a service from its detection to its end. Belongs to the watchdog; an alert is what people were told of it.
 * What has a default came after 0.1: rows and facts without it still parse.
 */
export const Incident = z.strictObject({
  id: z.string(),
  service: z.string(),
  fault: z.string(),
  severity: AlertLevel.default('critical'),
  /** The last moment at which it was seen to be well, or at which it exited; null where nobody knows. */
  beganAt: IsoTime.nullable().default(null),
  detectedAt: IsoTime,
  alertedAt: IsoTime.nullable(),
  recoveredAt: IsoTime.nullable(),
  cause: z.string(),
  lastError: z.string().nullable(),
  /** Who ended it, e.g. `supervisor`, `yoban`, `operator`, `by-itself`; null while open. */
  recoveredBy: z.string().nullable(),
  phases: z.array(IncidentPhase).default([]),
  actions: z.array(IncidentAction).default([]),
  /** Folders of evidence and files of reports, relative to YOBAN_HOME. */
  evidence: z.array(z.string()).default([]),
  reports: z.array(z.string()).default([]),
  /** The incident that explains this one, and those that this one explains. */
  parentId: z.string().nullable().default(null),
  childIds: z.array(z.string()).default([]),
  ackedAt: IsoTime.nullable().default(null),
  ackedBy: z.string().nullable().default(null),
  note: z.string().nullable().default(null),
  /** A person says that there was nothing wrong. */
  falseAlarm: z.boolean().default(false),
  /** Rises with each change: of two facts about one incident the higher is the newer, in whatever order they come. */
  revision: z.int().nonnegative().default(0),
});
export type Incident = z.infer<typeof Incident>;
/** What it takes to make one: the fields with a default may be left out. */
export type IncidentInput = z.input<typeof Incident>;
