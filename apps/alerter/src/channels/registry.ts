import { type Patience, usualPatience } from '../core/late.ts';
import type { MessageStyle } from '../core/message.ts';
import type { Channel, ChannelNote, Receiver } from './channel.ts';
import { discordChannel } from './discord.ts';
import { type LineSettings, lineChannel } from './line.ts';
import { type NtfySettings, ntfyChannel } from './ntfy.ts';
import { type PagerdutySettings, pagerdutyChannel } from './pagerduty.ts';
import { type SendgridSettings, sendgridChannel } from './sendgrid.ts';
import { slackChannel } from './slack.ts';
import { type SmtpSettings, smtpChannel } from './smtp.ts';
import { type TelegramSettings, telegramChannel } from './telegram.ts';
import { type WebhookSettings, webhookChannel } from './webhook.ts';

/** What a receiver of each kind needs, secrets read. */
export type ReceiverSettings =
  | { kind: 'slack'; url: string; channel?: string }
  | ({ kind: 'smtp' } & SmtpSettings)
  | ({ kind: 'sendgrid' } & SendgridSettings)
  | ({ kind: 'line' } & LineSettings)
  | { kind: 'discord'; url: string }
  | ({ kind: 'telegram' } & TelegramSettings)
  | ({ kind: 'ntfy' } & NtfySettings)
  | ({ kind: 'pagerduty' } & PagerdutySettings)
  | ({ kind: 'webhook' } & Omit<WebhookSettings, 'name'>);

/** What a configured channel needs to be opened. */
export type ChannelSettings = ReceiverSettings & {
  name: string;
  style: MessageStyle;
  fallback: string | null;
  /** Messages a second in the long run; null: what suits the receiver. */
  perSecond: number | null;
  /** What is usual where it says nothing. */
  patience?: Partial<Patience>;
};

/** Opens a channel of any kind; `report` hears what is said of the receiver itself, such as a used up month. */
export function openChannel(settings: ChannelSettings, report: (note: ChannelNote) => void): Channel {
  const { name, style, fallback, perSecond, patience } = settings;
  const receiver = openReceiver(settings, report);
  const pace = perSecond === null ? receiver.pace : { ...receiver.pace, perSecond };
  return { ...receiver, pace, name, style, fallback, patience: { ...usualPatience, ...patience } };
}

/** A new kind adds its file and a line here, and passes conformance.ts. */
function openReceiver(settings: ChannelSettings, report: (note: ChannelNote) => void): Receiver {
  switch (settings.kind) {
    case 'slack':
      return slackChannel(settings);
    case 'smtp':
      return smtpChannel(settings);
    case 'sendgrid':
      return sendgridChannel(settings);
    case 'line':
      return lineChannel(settings, report);
    case 'discord':
      return discordChannel(settings);
    case 'telegram':
      return telegramChannel(settings);
    case 'ntfy':
      return ntfyChannel(settings);
    case 'pagerduty':
      return pagerdutyChannel(settings);
    case 'webhook':
      return webhookChannel(settings);
    default:
      return settings satisfies never;
  }
}
