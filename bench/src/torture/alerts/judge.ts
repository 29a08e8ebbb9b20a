import type { Take } from './take.ts';

/** What the torture produced for one service, in the order it was sent. Each service has one alert, or one INFO. */
export interface Expected {
  service: string;
  /**
   * `incident`: told once however often it was raised. `windowed`: raised through many short windows, each raise told or counted.
   * `info`: told once.
   */
  kind: 'incident' | 'windowed' | 'info';
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
export function judge(book: readonly Expected[], channels: readonly ChannelLog[], kills: readonly Kill[]): Verdict {
  const verdict = newVerdict();
  for (const channel of channels) {
    const byService = Map.groupBy(channel.takes, (take) => take.service);
    for (const expected of book) {
      if (expected.kind === 'info' && !channel.infos) continue;
      judgeOne(expected, byService.get(expected.service) ?? [], channel, verdict);
    }
    if (channel.keyed) judgeKeyed(channel, verdict);
    else judgeRepeats(channel, kills, verdict);
  }
  return verdict;
}

function judgeOne(expected: Expected, takes: readonly Take[], channel: ChannelLog, verdict: Verdict): void {
  const name = `${expected.service} at ${channel.kind}`;
  const of = (what: Take['what']) => takes.filter((take) => take.what === what);
  const need = (what: Take['what']) => {
    verdict.due += 1;
    if (of(what).length === 0) verdict.lost.push(`${name}: no ${what}`);
  };
  const tellings = new Set(of('raise').map(({ text }) => text)).size;
  if (expected.kind === 'info') {
    need('info');
    return;
  }
  need('raise');
  if (expected.cleared) need('recovery');
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
  const distinct = new Map(takes.map((take) => [take.text, take]));
  const told = [...distinct.values()].filter(({ what }) => what === 'raise').length;
  const counted = [...distinct.values()]
    .filter(({ what }) => what === 'summary')
    .reduce((sum, { suppressed }) => sum + suppressed, 0);
  verdict.due += 1;
  const missing = expected.marks.length - told - counted;
  const sum = `${name}: ${told} told and ${counted} counted of ${expected.marks.length} raises`;
  if (missing > 0) verdict.lost.push(sum);
  if (missing < 0) verdict.wrong.push(sum);
}

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
function judgeRepeats({ kind, takes, inFlight }: ChannelLog, kills: readonly Kill[], verdict: Verdict): void {
  const diedOn = new Map<Kill, number>();
  for (const same of Map.groupBy(takes, ({ text }) => text).values()) {
    for (const [index, take] of same.slice(1).entries()) {
      verdict.repeats += 1;
      const before = same[index];
      if (!before || before.unanswered) continue;
      const kill = kills.find(({ from, to }) => before.at >= from - settledWithinMs && before.at <= to);
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

const oneLine = (text: string): string => text.replaceAll('\n', ' / ').slice(0, 100);

/** Faults that no later message can mend. */
export const definiteFaults = (verdict: Verdict): string[] => [
  ...verdict.outOfOrder,
  ...verdict.unexcused,
  ...verdict.acceptedTwice,
  ...verdict.wrong,
];
