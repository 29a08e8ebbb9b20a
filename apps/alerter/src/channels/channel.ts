import type { AlertLevel } from '@yoban/shared/contracts/alert';
import type { Patience } from '../core/late.ts';
import type { Message, MessageStyle } from '../core/message.ts';
import type { SendResult } from '../core/retry.ts';
import type { Pace } from '../store/outbox.ts';
import type { TimeLimit } from './time-limit.ts';

/** What a message tells of, for receivers that keep alerts of their own. Times are epoch ms. */
export interface MessageAbout {
  /** `event`: told once, nothing stays open (an info, a digest, a summary). */
  state: 'open' | 'acknowledged' | 'over' | 'passed' | 'event';
  /** The same for every message of an incident; of an event, its nid. */
  incident: string;
  service: string;
  serviceName: string;
  alertType: string;
  level: AlertLevel;
  since: number;
  at: number;
  labels: Readonly<Record<string, string>>;
}

export interface OutgoingMessage extends Message {
  /** The same on every try of the same notice: a receiver that knows such keys shows it once. */
  nid: string;
  /** Null for what belongs to no alert: a test. */
  about: MessageAbout | null;
}

/** One way to reach people. Members are listed in registry.ts and pass conformance.ts. */
export interface Receiver {
  kind: 'slack' | 'smtp' | 'sendgrid' | 'line' | 'discord' | 'telegram' | 'ntfy' | 'pagerduty' | 'webhook';
  /** True where the receiver tells a repeat of the same nid and shows it once: such a message need not say that it may be one. */
  keyed(): boolean;
  pace: Pace;
  /** How many messages may be on their way at once. */
  concurrency: number;
  /**
   * One try. Never throws for what a receiver or a network does, and neither result nor error ever holds an address or a key.
   * It gives up when the limit aborts: what had left by then is `unknown`. Nothing of a message leaves once the limit is over.
   */
  send(message: OutgoingMessage, limit: TimeLimit): Promise<SendResult>;
}

/** A receiver as the configuration names it. */
export interface Channel extends Receiver {
  name: string;
  /** Language and zone of its readers. */
  style: MessageStyle;
  /** The channel that takes over what this one does not deliver in time; null: nobody. */
  fallback: string | null;
  patience: Patience;
}

/** News of a receiver itself that somebody should hear of. `used` and `limit` (null: unknown or none) count the month's messages, one for each person reached. */
export interface ChannelNote {
  kind: 'quota';
  state: 'ok' | 'near' | 'exhausted';
  used: number;
  limit: number | null;
  /** Epoch ms at which counting begins anew. */
  until: number;
}
