/** One message that a receiver took, as its raw log shows it. */
export interface Take {
  /** Epoch ms at which the receiver had it. */
  at: number;
  service: string;
  what: 'raise' | 'recovery' | 'ack' | 'info' | 'digest' | 'summary';
  /** The sign of the event whose words it shows (`lastError`); empty where the message shows none. */
  mark: string;
  /** The same for every way and every try by which one raise is told: an older raise that comes late shows the newest words, and its own time. */
  telling: string;
  /** The N of "N alerts suppressed", 0 without such words. */
  suppressed: number;
  /** How many raises a digest lists, by service; empty for what is no digest. */
  lists: Readonly<Record<string, number>>;
  /** It says that it was told past Redis. */
  direct: boolean;
  /** It says that it comes here since another channel did not take it. */
  via: boolean;
  /** It tells a whole incident, late. */
  passed: boolean;
  /** The words without the notes that each try has of its own: the same for every try of one notice. */
  text: string;
  /** The incident as the receiver was told of it; empty where it is not. */
  incident: string;
  /** False where the receiver knew the try by its key and did not act on it again. */
  accepted: boolean;
  /** True where the script cut the answer off or left it hanging: the sender cannot know that it was taken. */
  unanswered: boolean;
}

interface Seen {
  at: number;
  text: string;
  incident?: string;
  accepted?: boolean;
  unanswered?: boolean;
}

const repeatNote = /\n?\(re-sent, may be a repeat\)/;
const directNote = /\n?dedup unavailable: Redis is away/;
const viaNote =
  /\n?[^\n]*(?:could not be reached for \d+ s|did not take this message|takes no more messages for now), so (?:this|it) comes here\./;
const lateNote = /\n?Notice delayed [^\n]*\./;
const lateWords = /notice delayed [^.,]*/;

type Words = Omit<Take, 'at' | 'incident' | 'accepted' | 'unanswered'>;
/** Logs are read over and over while a run goes on; their words do not change. */
const known = new Map<string, Words | null>();

/** Reads a message in the frame of A2 (`… [LEVEL] <service>`, then lines); null for what has no such frame. */
export function takeOf({ at, text, incident = '', accepted = true, unanswered = false }: Seen): Take | null {
  const words = known.get(text) ?? wordsOf(text);
  known.set(text, words);
  return words && { ...words, at, incident, accepted, unanswered };
}

function wordsOf(text: string): Words | null {
  const [, label, service] = /\[(CRITICAL|WARNING|INFO|RECOVERED)\] ([\w-]+)/.exec(text) ?? [];
  if (label === undefined || service === undefined) return null;
  const suppressed = Number(/(\d+) alerts suppressed/.exec(text)?.[1] ?? 0);
  const what = whatOf(label, suppressed, text);
  const mark = /Last error: "([^"]*)"/.exec(text)?.[1] ?? '';
  return {
    ...{ service, what, suppressed, mark },
    telling: `${mark} ${/Time: (.*)/.exec(text)?.[1] ?? ''}`,
    lists: what === 'digest' ? listedIn(text, service) : {},
    direct: directNote.test(text),
    via: viaNote.test(text),
    passed: lateWords.test(text),
    text: [repeatNote, directNote, viaNote, lateNote, lateWords].reduce((rest, note) => rest.replace(note, ''), text),
  };
}

function whatOf(label: string, suppressed: number, text: string): Take['what'] {
  if (label === 'CRITICAL') return /^Acknowledged by /m.test(text) ? 'ack' : 'raise';
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

/** A take in a few words, for people. */
export const shown = (take: Take | undefined): string =>
  take
    ? `${take.direct ? 'direct ' : ''}${take.what} ${take.mark} of ${take.service} at ${new Date(take.at).toISOString().slice(14)}`
    : '?';
