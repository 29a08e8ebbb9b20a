import { z } from 'zod';
import { AlertRecord } from './alert.ts';
import { AlertAudit, AlertTest } from './alert-command.ts';
import { BackupOverview, BackupRun } from './backup.ts';
import { CheckResult } from './check.ts';
import { Incident } from './incident.ts';
import { Silence, SilenceState } from './silence.ts';
import { IsoTime } from './time.ts';

/** Everything health-api's read models are fed with (queue `fact`). Events are past; each carries the whole noun, not a diff. */
export const Fact = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('checks'), id: z.string(), at: IsoTime, results: z.array(CheckResult).min(1) }),
  z.strictObject({ type: z.literal('backup-run'), id: z.string(), at: IsoTime, run: BackupRun }),
  z.strictObject({ type: z.literal('backup-overview'), id: z.string(), at: IsoTime, overview: BackupOverview }),
  // Its id ends with `-v<n>`, where n counts the changes of the alert; 0 = not said.
  z.strictObject({ type: z.literal('alert'), id: z.string(), at: IsoTime, alert: AlertRecord }),
  // Several that changed within a moment; `id` is that of the fact it would be alone.
  z.strictObject({
    type: z.literal('alerts'),
    id: z.string(),
    at: IsoTime,
    alerts: z.array(z.strictObject({ id: z.string(), alert: AlertRecord })).min(1),
  }),
  z.strictObject({ type: z.literal('incident'), id: z.string(), at: IsoTime, incident: Incident }),
  z.strictObject({
    type: z.literal('silence'),
    id: z.string(),
    at: IsoTime,
    silence: Silence,
    state: SilenceState,
  }),
  z.strictObject({ type: z.literal('alert-test'), id: z.string(), at: IsoTime, test: AlertTest }),
  z.strictObject({ type: z.literal('alert-audit'), id: z.string(), at: IsoTime, audit: AlertAudit }),
]);
export type Fact = z.infer<typeof Fact>;
export type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>;
