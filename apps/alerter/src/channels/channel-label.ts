import type { Receiver } from './channel.ts';

const brands: Readonly<Record<Receiver['kind'], string>> = {
  slack: 'Slack',
  smtp: 'E-mail',
  sendgrid: 'E-mail',
  line: 'LINE',
  discord: 'Discord',
  telegram: 'Telegram',
  ntfy: 'ntfy',
  pagerduty: 'PagerDuty',
  webhook: 'Webhook',
};

/** What people call a channel: by what it is, and by its name where that says more. */
export function channelLabel({ kind, name }: { kind: Receiver['kind']; name: string }): string {
  const brand = brands[kind];
  const isUsual = [kind, brand.toLowerCase(), 'mail'].includes(name.toLowerCase());
  return isUsual ? brand : `${brand} (${name})`;
}
