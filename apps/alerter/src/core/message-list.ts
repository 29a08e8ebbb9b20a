import { linesMax, type Parts } from './message-frame.ts';
import { displayName, type MessageStyle } from './message-style.ts';
import { messageWords } from './message-words.ts';

const namesMax = 3;

interface List {
  label: Parts['label'];
  /** The head line, which is the subject's fact as well. */
  fact: string;
  /** Of the lines, in their order; a service may stand there several times. */
  services: readonly string[];
  lines: readonly string[];
  at: number;
}

/** A message of many lines: the names of the first services in its head, and what is too much as a number. */
export function listParts({ label, fact, services, lines, at }: List, style: MessageStyle): Parts {
  const names = [...new Set(services)].map((one) => displayName(one, style));
  const rest = lines.length - linesMax;
  return {
    label,
    name: `${names.slice(0, namesMax).join(', ')}${names.length > namesMax ? ', …' : ''}`,
    fact,
    lines: [fact, ...lines.slice(0, linesMax), ...(rest > 0 ? [messageWords[style.locale].andMore(rest)] : [])],
    at,
  };
}
