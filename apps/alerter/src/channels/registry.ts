import type { Channel } from './channel.ts';
import { slackChannel } from './slack.ts';
import { type SmtpSettings, smtpChannel } from './smtp.ts';

/** What a configured channel needs to be opened, secrets read. */
export type ChannelSettings =
  | { name: string; kind: 'slack'; url: string }
  | ({ name: string; kind: 'smtp' } & SmtpSettings);

/** Opens a channel of any kind. A new kind adds its file and a line here, and passes conformance.ts. */
export function openChannel(settings: ChannelSettings): Channel {
  switch (settings.kind) {
    case 'slack':
      return slackChannel(settings.name, settings.url);
    case 'smtp':
      return smtpChannel(settings.name, settings);
    default:
      return settings satisfies never;
  }
}
