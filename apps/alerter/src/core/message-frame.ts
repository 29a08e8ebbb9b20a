import { type MessageStyle, oneLine, timeText } from './message-style.ts';
import { messageWords } from './message-words.ts';

/** One message, ready for any channel. Plain text: a channel escapes it for its own markup. */
export interface Message {
  emoji: string;
  color: 'danger' | 'warning' | 'good';
  /** `[CRITICAL] <service>`: the first line without the emoji. */
  head: string;
  /** The lines below the head. */
  lines: string[];
  /** `[CRITICAL] <service> <fact>`, for channels with a subject. */
  subject: string;
}

/** Lines of alerts in one message: about what a Slack attachment shows before it is cut. */
export const linesMax = 30;

const looks = {
  CRITICAL: { emoji: ':rotating_light:', color: 'danger' },
  WARNING: { emoji: ':warning:', color: 'warning' },
  INFO: { emoji: ':white_check_mark:', color: 'good' },
  RECOVERED: { emoji: ':white_check_mark:', color: 'good' },
  TEST: { emoji: ':white_check_mark:', color: 'good' },
} as const;

/** What a message says, before the frame of A2 is put round it. */
export interface Parts {
  label: keyof typeof looks;
  /** Display name of whom it is about. */
  name: string;
  /** The subject's fact, one line. */
  fact: string;
  lines: string[];
  /** Epoch ms. */
  at: number;
}

/** The frame of A2: level and name first, the time last. `mayRepeat` marks a message whose earlier try may have arrived. */
export function framed({ label, name, fact, lines, at }: Parts, style: MessageStyle, mayRepeat = false): Message {
  const head = `[${label}] ${name}`;
  const last = [`Time: ${timeText(at, style.zone)}`, ...(mayRepeat ? [messageWords[style.locale].repeat] : [])];
  return { ...looks[label], head, lines: [...lines, ...last], subject: `${head} ${oneLine(fact)}` };
}
