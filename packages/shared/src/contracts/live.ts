import { z } from 'zod';
import { AlertRecord } from './alert.ts';
import { AlertAudit, AlertTest } from './alert-command.ts';
import { BackupOverview } from './backup.ts';
import { HealthResponse } from './health.ts';
import { Incident } from './incident.ts';
import { SilenceView } from './silence.ts';
import { IsoTime } from './time.ts';

/**
 * Messages of the WebSocket `/api/live`: one snapshot, then changes. `seq` rises by one within a connection; a gap means a
 * message was lost and the client asks anew by reconnecting. `serverTime` lets ages be counted without the client's clock.
 */
export const LiveMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    seq: z.int(),
    serverTime: IsoTime,
    health: HealthResponse,
    alerts: z.array(AlertRecord),
    backups: z.array(BackupOverview),
  }),
  z.object({ type: z.literal('health'), seq: z.int(), serverTime: IsoTime, health: HealthResponse }),
  z.object({ type: z.literal('alert'), seq: z.int(), serverTime: IsoTime, alert: AlertRecord }),
  z.object({ type: z.literal('incident'), seq: z.int(), serverTime: IsoTime, incident: Incident }),
  z.object({ type: z.literal('silence'), seq: z.int(), serverTime: IsoTime, silence: SilenceView }),
  /** How a test-send over one channel ended. */
  z.object({ type: z.literal('alert-test'), seq: z.int(), serverTime: IsoTime, test: AlertTest }),
  /** What became of a command to the alerter. */
  z.object({ type: z.literal('alert-audit'), seq: z.int(), serverTime: IsoTime, audit: AlertAudit }),
  z.object({ type: z.literal('backups'), seq: z.int(), serverTime: IsoTime, backups: BackupOverview }),
]);
export type LiveMessage = z.infer<typeof LiveMessage>;
