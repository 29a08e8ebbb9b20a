import { framed, type Message } from './message-frame.ts';
import type { MessageStyle } from './message-style.ts';
import { messageWords } from './message-words.ts';

/** A8: what a test-send says over a channel, marked TEST so that nobody takes it for an alert. `at` is epoch ms. */
export function testMessage(channel: string, actor: string, style: MessageStyle, at: number): Message {
  const words = messageWords[style.locale];
  return framed({ label: 'TEST', name: 'yoban', fact: words.testFact, lines: words.test(channel, actor), at }, style);
}
