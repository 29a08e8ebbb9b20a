import type { Message } from '../core/message.ts';
import type { SendResult } from '../core/retry.ts';
import type { Pace } from '../store/outbox.ts';

export interface OutgoingMessage extends Message {
  /** The same on every try of the same notice: a receiver that knows such keys shows it once. */
  nid: string;
}

/** One way to reach people. Members are listed in registry.ts and pass conformance.ts. */
export interface Channel {
  name: string;
  kind: 'slack' | 'smtp';
  pace: Pace;
  /** How many messages may be on their way at once. */
  concurrency: number;
  /**
   * One try. Never throws for what a receiver or a network does, and neither result nor error ever holds an address or a key.
   * It gives up when `signal` aborts: what had left by then is `unknown`.
   */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<SendResult>;
}
