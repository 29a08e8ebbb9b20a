import type { AlertRecord } from '@yoban/shared/contracts/alert';

type Notice = AlertRecord['notices'][number];

export interface ChannelDelivery {
  channel: string;
  /** The gravest of its messages: given up, else still on its way, else sent. */
  state: Notice['state'];
}

/** What a merged one would have said, another one says: that one counts. */
const gravity = { dead: 3, pending: 2, sent: 1, merged: 0 } as const;

/** Each channel once, in the order in which it was first told. */
export function deliveriesOf(notices: readonly Notice[]): ChannelDelivery[] {
  const found = new Map<string, Notice['state']>();
  for (const { channel, state } of notices) {
    const known = found.get(channel);
    if (known === undefined || gravity[state] > gravity[known]) found.set(channel, state);
  }
  return [...found].map(([channel, state]) => ({ channel, state }));
}
