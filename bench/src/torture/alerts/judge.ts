import type { Take } from './take.ts';

/** What the torture produced for one service, in the order it was sent. Each service has one alert, or one INFO. */
export interface Expected {
  service: string;
  /**
   * `incident`: told once however often it was raised. `windowed`: raised through many short windows, each raise told or counted.
   * `warned`: a WARNING raised through many short windows, each raise listed in one digest. `info`: told once.
   */
  kind: 'incident' | 'windowed' | 'warned' | 'info';
  /** The sign of each raise; a repeat of the same event has no sign of its own. */
  marks: string[];
  cleared: boolean;
}

/** What a receiver's log says, and what is promised of its kind. */
export interface ChannelLog {
  kind: string;
  keyed: boolean;
  summaries: boolean;
  infos: boolean;
  warnings: boolean;
  /** Sends that one alerter may have on their way at once. */
  inFlight: number;
  takes: readonly Take[];
}

/** Alerters that were killed, or stopped for longer than a lease; epoch ms. */
export interface Kill {
  from: number;
  to: number;
  alerters: number;
}

/** What may leave a send that was taken without its note. */
export interface Troubles {
  kills: readonly Kill[];
  /** When Redis was away, epoch ms: nothing could be noted then. */
  redisAway: readonly { from: number; to: number }[];
}

export interface Verdict {
  /** Notices judged: one for each message that had to arrive at one receiver. */
  due: number;
  lost: string[];
  outOfOrder: string[];
  /** Messages that people got once more, on receivers without keys. */
  repeats: number;
  /** How many of them the kills and the unanswered requests allow. */
  repeatsAllowed: number;
  /** Repeats that no kill and no unanswered request explains. */
  unexcused: string[];
  acceptedTwice: string[];
  /** Told otherwise than decided: a raise told twice, a count that does not add up. */
  wrong: string[];
}

/** A send is settled within this time unless its alerter died: what was taken earlier was not on its way any more. */
const settledWithinMs = 2_000;

/** How long an alerter owns what it has taken up. */
const leaseMs = 15_000;

const newVerdict = (): Verdict => ({
  due: 0,
  lost: [],
  outOfOrder: [],
  repeats: 0,
  repeatsAllowed: 0,
  unexcused: [],
  acceptedTwice: [],
  wrong: [],
});

/** Compares what arrived with what was produced. It knows nothing of the alerter's own records. */
export function judge(book: readonly Expected[], channels: readonly ChannelLog[], troubles: Troubles): Verdict {
  const verdict = newVerdict();
  for (const channel of channels) {
    const echoes = echoesOf(channel.takes, troubles.kills);
    const told = channel.takes.filter((take) => !echoes.has(take));
    const byService = Map.groupBy(told, (take) => take.service);
    for (const expected of book) {
      const takes = byService.get(expected.service) ?? [];
      if (expected.kind === 'info') judgeInfo(expected, takes, channel, verdict);
      else if (expected.kind === 'warned') judgeWarned(expected, takes, channel, verdict);
      else judgeCritical(expected, takes, channel, verdict);
    }
    if (channel.keyed) judgeKeyed(channel, verdict);
    else judgeRepeats(channel, troubles, verdict);
  }
  return verdict;
}

type Of = (what: Take['what']) => readonly Take[];
const sorting =
  (takes: readonly Take[]): Of =>
  (what) =>
    takes.filter((take) => take.what === what);

function need(what: Take['what'], of: Of, name: string, verdict: Verdict): void {
  verdict.due += 1;
  if (of(what).length === 0) verdict.lost.push(`${name}: no ${what}`);
}

function judgeInfo({ service }: Expected, takes: readonly Take[], channel: ChannelLog, verdict: Verdict): void {
  if (channel.infos) need('info', sorting(takes), `${service} at ${channel.kind}`, verdict);
}

/** Every raise stands in one digest; what was listed while it was open gets its recovery. */
function judgeWarned(expected: Expected, takes: readonly Take[], channel: ChannelLog, verdict: Verdict): void {
  const { service, marks, cleared } = expected;
  const name = `${service} at ${channel.kind}`;
  const of = sorting(takes);
  if (!channel.warnings) {
    if (takes.length > 0) verdict.wrong.push(`${name}: a WARNING where none goes`);
    return;
  }
  if (cleared) need('recovery', of, name, verdict);
  const digests = distinct(channel.takes.filter(({ what }) => what === 'digest'));
  const listed = digests.reduce((sum, { lists }) => sum + (lists[service] ?? 0), 0);
  judgeCount(`${name}: ${listed} listed of ${marks.length} raises`, marks.length - listed, verdict);
}

function judgeCritical(expected: Expected, takes: readonly Take[], channel: ChannelLog, verdict: Verdict): void {
  const name = `${expected.service} at ${channel.kind}`;
  const of = sorting(takes);
  const tellings = distinct(of('raise')).length;
  need('raise', of, name, verdict);
  if (expected.cleared) need('recovery', of, name, verdict);
  if (!expected.cleared && of('recovery').length > 0) verdict.wrong.push(`${name}: a recovery of what is not over`);
  judgeOrder(name, expected, takes, verdict);
  if (expected.kind === 'windowed') judgeSum(name, expected, takes, channel, verdict);
  else if (tellings > 1) verdict.wrong.push(`${name}: told ${tellings} times`);
  const hidden = Math.max(0, ...of('recovery').map(({ suppressed }) => suppressed));
  if (hidden > expected.marks.length - 1)
    verdict.wrong.push(`${name}: ${hidden} suppressed of ${expected.marks.length}`);
}

/** No raise after its recovery, not even a repeat, and no older news after newer ones. */
function judgeOrder(name: string, { marks }: Expected, takes: readonly Take[], verdict: Verdict): void {
  const recovered = takes.findIndex(({ what }) => what === 'recovery');
  const lastRaise = takes.findLastIndex(({ what }) => what === 'raise');
  if (recovered >= 0 && lastRaise > recovered) verdict.outOfOrder.push(`${name}: a raise after its recovery`);
  const told = takes.filter(({ what }) => what === 'raise').map(({ mark }) => marks.indexOf(mark));
  const fallsBack = told.some((at, index) => index > 0 && at < (told[index - 1] ?? 0));
  if (fallsBack) verdict.outOfOrder.push(`${name}: older news after newer ones`);
}

/** Every raise is told or counted, once. */
function judgeSum(name: string, expected: Expected, takes: readonly Take[], channel: ChannelLog, verdict: Verdict) {
  if (!channel.summaries) return;
  const own = distinct(takes);
  const told = own.filter(({ what }) => what === 'raise').length;
  const counted = own.filter(({ what }) => what === 'summary').reduce((sum, { suppressed }) => sum + suppressed, 0);
  const { length } = expected.marks;
  judgeCount(`${name}: ${told} told and ${counted} counted of ${length} raises`, length - told - counted, verdict);
}

function judgeCount(what: string, missing: number, verdict: Verdict): void {
  verdict.due += 1;
  if (missing > 0) verdict.lost.push(what);
  if (missing < 0) verdict.wrong.push(what);
}

/**
 * Repeats that an alerter sent on waking from a stop longer than its lease: it was in mid-dialogue (a mail is several exchanges), and
 * no receiver knows that the row is another's by now. They count as repeats; of the order they say nothing.
 */
function echoesOf(takes: readonly Take[], kills: readonly Kill[]): ReadonlySet<Take> {
  const wakings = kills.filter(({ from, to }) => to - from > leaseMs).map(({ to }) => to);
  const repeats = [...Map.groupBy(takes, ({ text }) => text).values()].flatMap((same) => same.slice(1));
  return new Set(repeats.filter(({ at }) => wakings.some((to) => at >= to && at <= to + settledWithinMs)));
}

/** Messages of their own: the tries of one notice say the same. */
const distinct = (takes: readonly Take[]): Take[] => [...new Map(takes.map((take) => [take.text, take])).values()];

function judgeKeyed({ kind, takes }: ChannelLog, verdict: Verdict): void {
  const accepted = Map.groupBy(
    takes.filter((take) => take.accepted),
    ({ text }) => text,
  );
  for (const [text, same] of accepted) {
    if (same.length > 1) verdict.acceptedTwice.push(`${kind} accepted ${same.length} times: ${oneLine(text)}`);
  }
}

/** Each repeat needs a reason of its own: a try before it that got no answer, or that an alerter died on. */
function judgeRepeats({ kind, takes, inFlight }: ChannelLog, { kills, redisAway }: Troubles, verdict: Verdict): void {
  const diedOn = new Map<Kill, number>();
  for (const same of Map.groupBy(takes, ({ text }) => text).values()) {
    for (const [index, take] of same.slice(1).entries()) {
      verdict.repeats += 1;
      const before = same[index];
      if (!before || before.unanswered) continue;
      const kill = kills.find((one) => isOnItsWay(before.at, one, redisAway));
      if (kill) diedOn.set(kill, (diedOn.get(kill) ?? 0) + 1);
      else verdict.unexcused.push(`${kind}: ${oneLine(take.text)}, ${take.at - before.at} ms after the one before it`);
    }
  }
  for (const [kill, repeats] of diedOn) {
    if (repeats > inFlight * kill.alerters)
      verdict.unexcused.push(`${kind}: ${repeats} repeats of one kill, at most ${inFlight * kill.alerters}`);
  }
  const unanswered = takes.filter((take) => take.unanswered).length;
  verdict.repeatsAllowed += unanswered + kills.reduce((sum, { alerters }) => sum + inFlight * alerters, 0);
}

/**
 * True for what was taken when the kill may have kept it from being noted: shortly before, while Redis was away before it, and,
 * of one that was only stopped, just after it woke: it ends what it had begun, and its time for an answer is over by then.
 */
function isOnItsWay(at: number, kill: Kill, redisAway: Troubles['redisAway']): boolean {
  const lately = redisAway.filter(({ from, to }) => from <= kill.to && to >= kill.from - settledWithinMs);
  const from = Math.min(kill.from, ...lately.map((one) => one.from)) - settledWithinMs;
  return at >= from && at <= kill.to + settledWithinMs;
}

const oneLine = (text: string): string => text.replaceAll('\n', ' / ').slice(0, 100);

/** Faults that no later message can mend. */
export const definiteFaults = (verdict: Verdict): string[] => [
  ...verdict.outOfOrder,
  ...verdict.unexcused,
  ...verdict.acceptedTwice,
  ...verdict.wrong,
];
