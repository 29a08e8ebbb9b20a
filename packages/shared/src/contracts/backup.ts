import { z } from 'zod';
import { IsoTime } from './time.ts';

export const Tier = z.enum(['hourly', 'daily', 'weekly']);
export type Tier = z.infer<typeof Tier>;

/** Who asked: the schedule, the catch-up after downtime, the path that works without the bus, or a person. */
export const BackupTrigger = z.enum(['schedule', 'catch-up', 'manual', 'direct']);
export type BackupTrigger = z.infer<typeof BackupTrigger>;

/** One backup that is good: verified before its name existed (B3). Paths are absolute. */
export const BackupFile = z.strictObject({
  id: z.string(),
  db: z.string(),
  tier: Tier,
  path: z.string(),
  takenAt: IsoTime,
  /** The schedule's time this file stands for; a manual run stands for its own moment. */
  dueAt: IsoTime,
  trigger: BackupTrigger,
  /** Bytes of the file as it lies there (compressed for weekly). */
  sizeBytes: z.int().nonnegative(),
  /** Bytes of the database inside. */
  databaseBytes: z.int().nonnegative(),
  /** SHA-256 of the file as it lies there, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  verifiedAt: IsoTime,
  durationMs: z.number().nonnegative(),
  journalMode: z.string(),
});
export type BackupFile = z.infer<typeof BackupFile>;

export const BackupRun = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('ok'),
    id: z.string(),
    db: z.string(),
    tier: Tier,
    dueAt: IsoTime,
    trigger: BackupTrigger,
    startedAt: IsoTime,
    endedAt: IsoTime,
    file: BackupFile,
  }),
  z.strictObject({
    state: z.literal('failed'),
    id: z.string(),
    db: z.string(),
    tier: Tier,
    dueAt: IsoTime,
    trigger: BackupTrigger,
    startedAt: IsoTime,
    endedAt: IsoTime,
    code: z.string(),
    message: z.string(),
    hint: z.string(),
  }),
]);
export type BackupRun = z.infer<typeof BackupRun>;

/** What the `backups` read model shows for one database: sizes in bytes, the next due run, the newest files. */
export const BackupOverview = z.strictObject({
  db: z.string(),
  service: z.string().nullable(),
  next: z.strictObject({ at: IsoTime, tier: Tier }).nullable(),
  lastRun: BackupRun.nullable(),
  files: z.array(BackupFile),
  bytesByTier: z.record(z.string(), z.int().nonnegative()),
  /** How many files a tier keeps (B5); empty in what a version before it remembered. */
  keepByTier: z.record(z.string(), z.int().positive()).default({}),
  totalBytes: z.int().nonnegative(),
});
export type BackupOverview = z.infer<typeof BackupOverview>;

/** Job of queue `backup-run`. `dueAt` absent = a manual run. */
export const BackupCommand = z.strictObject({
  requestId: z.string(),
  db: z.string(),
  tier: Tier,
  dueAt: IsoTime.nullable(),
  trigger: BackupTrigger,
  actor: z.string(),
});
export type BackupCommand = z.infer<typeof BackupCommand>;
