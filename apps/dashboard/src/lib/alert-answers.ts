import { AlertRecord } from '@yoban/shared/contracts/alert';
import { AlertAudit, AlertTest } from '@yoban/shared/contracts/alert-command';
import { SilenceView } from '@yoban/shared/contracts/silence';
import { z } from 'zod';

/** What health-api answers about alerts, as far as this page reads it. */
export const AlertPageAnswer = z.object({ alerts: z.array(AlertRecord), next: z.string().nullable() });
export const SilencesAnswer = z.object({ silences: z.array(SilenceView) });
export const TestsAnswer = z.object({ tests: z.array(AlertTest) });

/** A message that was given up, with the alert it tells of. */
export const DeadLetter = z.object({
  notice: AlertRecord.shape.notices.element,
  alert: AlertRecord.omit({ notices: true }),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
export const DeadAnswer = z.object({ notices: z.array(DeadLetter) });

export const ChannelView = z.object({ name: z.string(), kind: z.string() });
export type ChannelView = z.infer<typeof ChannelView>;
export const ChannelsAnswer = z.object({ channels: z.array(ChannelView) });

export const CommandTaken = z.object({ commandId: z.string() });
export const CommandsAnswer = z.object({ commands: z.array(AlertAudit) });
