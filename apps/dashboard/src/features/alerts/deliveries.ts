import type { AlertRecord } from '@yoban/shared/contracts/alert';

type Notice = AlertRecord['notices'][number];

export interface ChannelDelivery {
  channel: string;
  /** The gravest of its messages: given up, else still on its way, else sent. */
  state: Notice['state'];
}

const gravity = { dead: 2, pending: 1, sent: 0 } as const;

/** Each channel once, in the order in which it was first told. */
export function deliveriesOf(notices: readonly Notice[]): ChannelDelivery[] {
  const found = new Map<string, Notice['state']>();
  for (const { channel, state } of notices) {
    const known = found.get(channel);
    if (known === undefined || gravity[state] > gravity[known]) found.set(channel, state);
  }
  return [...found].map(([channel, state]) => ({ channel, state }));
}
