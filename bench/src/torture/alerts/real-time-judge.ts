import { boundRow, type ProofRow } from '../../harness/proof.ts';
import { chatty, repeatedWarnings, storm, windowMs } from './real-time-acts.ts';
import type { Take } from './take.ts';

interface Seen {
  /** Epoch ms of the first window's end. */
  boundary: number;
  /** What each channel took, in order of arrival. */
  takes: Readonly<Record<string, readonly Take[]>>;
}

/** A CRITICAL is told within this time of being accepted (A1). */
const atOnceMs = 2_000;
/** What belongs to a window's end comes that soon after it; Slack gets a message a second. */
const afterEndMs = 10_000;
/** When each CRITICAL was raised, seconds from the first boundary; nobody was away then. */
const raisedS = { storm: 20, again: 120, worse: 280, long: 600 } as const;
/** Told while a receiver or all alerters were away: no bound on when, every bound on what. */
const interrupted = ['during', 'dark'] as const;
/** Which WARNINGs each digest must list, and how often it says they were raised. */
const digests: Readonly<Record<string, string>>[] = [
  { 'quiet-disk': '1', 'edge-before': '1' },
  { 'edge-after': '1', short: '1, recovered', worse: '1, recovered', repeat: `${repeatedWarnings}` },
  { 'last-edge': '1', repeat: '2, recovered' },
];

/** Every row a run over two windows must show, from what the receivers took and nothing else. */
export const realTimeRows = (seen: Seen): ProofRow[] => [
  ...criticalRows(seen),
  ...windowEndRows(seen),
  ...hiddenRows(seen),
  exact(
    'recoveries',
    'recoveries missing, twice, or before what they end',
    wrongRecoveries(seen.takes).join('; ') || 'none',
    'none',
  ),
  ...infoRows(seen),
];

const endOf = ({ boundary }: Seen, window: number): number => boundary + window * windowMs;
const saidBySlack = ({ takes }: Seen, service: string, what: Take['what']): Take[] =>
  distinct((takes.slack ?? []).filter((take) => take.service === service && take.what === what));

function criticalRows(seen: Seen): ProofRow[] {
  const { boundary, takes } = seen;
  const counted = saidBySlack(seen, 'storm', 'summary').reduce((sum, { suppressed }) => sum + suppressed, 0);
  return [
    boundRow({
      id: 'raise-ms',
      what: 'CRITICAL to each channel, slowest, ms',
      ours: slowestRaise(takes, boundary),
      unit: 'ms',
      atMost: atOnceMs,
    }),
    exact(
      'storm-told',
      `messages of ${storm.raises} raises of one alert, on each channel`,
      tellings(takes, 'storm'),
      '1',
    ),
    exact('storm-counted', 'of them told as suppressed at the window’s end', counted, storm.raises - 1),
  ];
}

function windowEndRows(seen: Seen): ProofRow[] {
  const { boundary, takes } = seen;
  const slack = takes.slack ?? [];
  const dueAtEnds = slack.filter(({ what }) => what === 'digest' || what === 'summary');
  const mails = (takes.smtp ?? []).filter(({ text }) => text.includes('[WARNING]'));
  const told = distinct(slack.filter(({ what }) => what === 'digest'));
  return [
    boundRow({
      id: 'end-ms',
      what: 'digests and summaries after the end of their window, slowest, ms',
      ours: Math.max(...dueAtEnds.map(({ at }) => (at - boundary + windowMs) % windowMs)),
      unit: 'ms',
      atMost: afterEndMs,
    }),
    ...digests.map((wanted, index) =>
      exact(
        `digest-${index + 1}`,
        `the digest of window end ${index + 1}, Slack`,
        digestAt(slack, endOf(seen, index)),
        digestText(wanted),
      ),
    ),
    exact('digests', 'digests in all, Slack', told.length, digests.length),
    exact('mail-warnings', 'mails about a WARNING', mails.length, 0),
  ];
}

function hiddenRows(seen: Seen): ProofRow[] {
  const told = saidBySlack(seen, 'again', 'raise');
  return [
    exact('hidden-told', 'came back inside its window, still open: told in all, Slack', told.length, 2),
    boundRow({
      id: 'owed-ms',
      what: 'and told after the end of the window, ms',
      ours: (told.at(-1)?.at ?? Number.NaN) - endOf(seen, 2),
      unit: 'ms',
      atMost: afterEndMs,
    }),
  ];
}

function infoRows(seen: Seen): ProofRow[] {
  const infos = saidBySlack(seen, 'chatty', 'info');
  const folded = infos.map(({ text }) => Number(/(\d+) more messages/.exec(text)?.[1] ?? 0)).filter((n) => n > 0);
  const singly = infos.length - folded.length;
  return [
    exact('infos-singly', `of ${chatty.infos} INFOs in a minute, told singly`, singly, chatty.singly),
    exact('infos-folded', 'and folded into one', folded.join(), chatty.infos - chatty.singly),
  ];
}

const exact = (id: string, what: string, ours: string | number, goal: string | number): ProofRow => ({
  id,
  what,
  ours,
  peer: null,
  ratio: null,
  goal: String(goal),
  met: String(ours) === String(goal),
});

/** First arrivals: a repeat of the same words is no message of its own. */
const distinct = (takes: readonly Take[]): Take[] =>
  [...Map.groupBy(takes, ({ text }) => text).values()].flatMap((same) => same.slice(0, 1));

const tellings = (takes: Seen['takes'], service: string): string =>
  [
    ...new Set(
      Object.values(takes).map(
        (of) => distinct(of.filter((take) => take.service === service && take.what === 'raise')).length,
      ),
    ),
  ].join();

function slowestRaise(takes: Seen['takes'], boundary: number): number {
  const waits = Object.values(takes).flatMap((of) =>
    Object.entries(raisedS).map(([service, atS]) => {
      const first = of.find((take) => take.service === service && take.what === 'raise');
      return (first?.at ?? Number.POSITIVE_INFINITY) - boundary - atS * 1_000;
    }),
  );
  return Math.max(...waits);
}

/** On each channel, for each CRITICAL: raise, then recovery, as often as it came and went. */
function wrongRecoveries(takes: Seen['takes']): string[] {
  return Object.entries(takes).flatMap(([channel, of]) =>
    [...Object.keys(raisedS), ...interrupted].flatMap((service) => {
      const own = distinct(of.filter((take) => take.service === service)).map(({ what }) => what);
      const turns = own.filter((what) => what === 'raise' || what === 'recovery');
      const seen = turns.filter((what, index) => what !== turns[index - 1] || what === 'recovery').join(' ');
      const once = 'raise recovery';
      return seen === (service === 'again' ? `${once} ${once}` : once) ? [] : [`${service} at ${channel}: ${seen}`];
    }),
  );
}

/** What the digest of a window's end lists, `name count[, recovered]`, in order of name. */
function digestAt(slack: readonly Take[], end: number): string {
  const own = slack.filter(({ what, at }) => what === 'digest' && at >= end && at < end + windowMs);
  return digestText(Object.assign({}, ...distinct(own).map(({ text }) => listedIn(text))));
}

const digestText = (entries: Readonly<Record<string, string>>): string =>
  Object.entries(entries)
    .map(([name, shownAs]) => `${name} ${shownAs}`)
    .sort((a, b) => a.localeCompare(b))
    .join('; ');

/** `• name: title: once at …, STILL FIRING` or `• name: title: 3 times, …, recovered …`; of one alone the frame of a single alert. */
function listedIn(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^• ([\w-]+): [^:]+: (.*)$/gm)].map(([, name = '', rest = '']) => [
    name,
    shown(rest),
  ]);
  if (lines.length > 0) return Object.fromEntries(lines);
  const name = /\[WARNING\] ([\w-]+)/.exec(text)?.[1] ?? '?';
  return { [name]: shown(text) };
}

const shown = (words: string): string =>
  `${/(\d+) times/.exec(words)?.[1] ?? '1'}${/recovered/i.test(words) ? ', recovered' : ''}`;
