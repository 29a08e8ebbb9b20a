import type { Message } from '../core/message.ts';

const breaks = /[\p{Cc}\u2028\u2029]+/gu;
/** Signs that turn the direction of what follows: `gpj.exe` shown as `exe.jpg`. */
const turns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text as any receiver may show it: one line, no controls, no turned direction, no half of a pair (which is no valid UTF-8). */
export const plainLine = (text: string): string => text.toWellFormed().replace(breaks, ' ').replace(turns, '').trim();

/** Head and lines of a message. A line from outside never becomes two: a forged `[RECOVERED]` would look like ours. */
export const plainLines = ({ head, lines }: Message): string[] => [head, ...lines].map(plainLine);

/** The sign of the frame (A2) as a letter; Slack alone knows it by its name. */
export const sign: Readonly<Record<Message['color'], string>> = { danger: '🚨', warning: '⚠️', good: '✅' };

/** The whole message for receivers without a title of their own. */
export const plainText = (message: Message): string => `${sign[message.color]} ${plainLines(message).join('\n')}`;

const unitsOf = (text: string): number => text.length;
/** For limits that count bytes of UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);

interface Cut {
  max: number;
  /** What a piece counts; UTF-16 units unless told. */
  sizeOf?: (piece: string) => number;
  /** What becomes of each sign in the receiver's markup. A cut never falls inside it. */
  markup?: (sign: string) => string;
}

/** `text` escaped and, where it is longer than `max`, cut with a visible `…`: neither inside an escape nor between the halves of a pair. */
export function cutText(text: string, { max, sizeOf = unitsOf, markup = (sign) => sign }: Cut): string {
  const pieces = Array.from(text, markup);
  if (sizeOf(pieces.join('')) <= max) return pieces.join('');
  let left = max - sizeOf('…');
  let kept = '';
  for (const piece of pieces) {
    left -= sizeOf(piece);
    if (left < 0) break;
    kept += piece;
  }
  return `${kept}…`;
}

/** `@everyone` without its power: the joiner cannot be seen and ends the name. Addresses of mail stay as they are. */
export const withoutMentions = (text: string): string => text.replace(/(?<![\w.])@(?=\w)/g, '@\u2060');
