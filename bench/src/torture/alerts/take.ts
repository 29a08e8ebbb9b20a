/** One message that a receiver took, as its raw log shows it. */
export interface Take {
  /** Epoch ms at which the receiver had it. */
  at: number;
  service: string;
  what: 'raise' | 'recovery' | 'info' | 'digest' | 'summary';
  /** The sign of the event whose words it shows (`lastError`); empty where the message shows none. */
  mark: string;
  /** The N of "N alerts suppressed", 0 without such words. */
  suppressed: number;
  /** How many raises a digest lists, by service; empty for what is no digest. */
  lists: Readonly<Record<string, number>>;
  /** The words without the note that they may be a repeat: the same for every try of one notice. */
  text: string;
  /** False where the receiver knew the try by its key and did not act on it again. */
  accepted: boolean;
  /** True where the script cut the answer off or left it hanging: the sender cannot know that it was taken. */
  unanswered: boolean;
}

interface Seen {
  at: number;
  text: string;
  accepted?: boolean;
  unanswered?: boolean;
}

const repeatNote = /\n?\(re-sent, may be a repeat\)/;

/** Reads a message in the frame of A2 (`… [LEVEL] <service>`, then lines); null for what has no such frame. */
export function takeOf({ at, text, accepted = true, unanswered = false }: Seen): Take | null {
  const [, label, service] = /\[(CRITICAL|WARNING|INFO|RECOVERED)\] ([\w-]+)/.exec(text) ?? [];
  if (label === undefined || service === undefined) return null;
  const suppressed = Number(/(\d+) alerts suppressed/.exec(text)?.[1] ?? 0);
  const what = whatOf(label, suppressed);
  const mark = /Last error: "([^"]*)"/.exec(text)?.[1] ?? '';
  const lists = what === 'digest' ? listedIn(text, service) : {};
  return { at, service, what, mark, suppressed, lists, text: text.replace(repeatNote, ''), accepted, unanswered };
}

function whatOf(label: string, suppressed: number): Take['what'] {
  if (label === 'CRITICAL') return 'raise';
  if (label === 'RECOVERED') return 'recovery';
  if (label === 'WARNING') return 'digest';
  return suppressed > 0 ? 'summary' : 'info';
}

/** `• name: title: once at …` or `• name: title: 3 times, …`; a digest of one alert has the frame of a single one. */
function listedIn(text: string, service: string): Record<string, number> {
  const lines = [...text.matchAll(/^• ([\w-]+): [^:]+: (.*)$/gm)].map(([, name = '', rest = '']) => [
    name,
    timesIn(rest),
  ]);
  return lines.length > 0 ? Object.fromEntries(lines) : { [service]: timesIn(text) };
}

const timesIn = (words: string): number => Number(/(\d+) times/.exec(words)?.[1] ?? 1);
