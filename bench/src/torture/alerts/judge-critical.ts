import type { ChannelLog, Expected, Troubles } from './expected.ts';
import { shown, type Take } from './take.ts';
import type { Verdict } from './verdict.ts';

/** One alert at one channel. */
export interface Case {
  /** For people. */
  name: string;
  expected: Expected;
  /** What the channel took of it, in order. */
  takes: readonly Take[];
  channel: ChannelLog;
  troubles: Troubles;
}

export function judgeCritical(one: Case, verdict: Verdict): void {
  const { name, expected, takes } = one;
  const { kind, marks, cleared, done } = expected;
  // Whether a silence that the end of the run overtook is over, nobody has told.
  const isOpen = kind === 'released' && !done && !cleared;
  if (marks.length > 0 && !isOpen) need('raise', one, verdict);
  if (cleared) need('recovery', one, verdict);
  if (!cleared && takes.some(({ what }) => what === 'recovery'))
    verdict.wrong.push(`${name}: a recovery of what is not over`);
  judgeOrder(one, verdict);
  if (kind === 'windowed' || kind === 'acked') judgeSum(one, verdict);
  else judgeOnce(one, verdict);
  if (kind === 'acked') judgeAck(one, verdict);
  const hidden = Math.max(0, ...takes.filter(({ what }) => what === 'recovery').map(({ suppressed }) => suppressed));
  if (hidden > Math.max(0, marks.length - (kind === 'released' ? 0 : 1)))
    verdict.wrong.push(`${name}: ${hidden} suppressed of ${marks.length}`);
}

export function need(what: Take['what'], { name, takes }: Case, verdict: Verdict): void {
  verdict.due += 1;
  if (!takes.some((take) => take.what === what)) verdict.lost.push(`${name}: no ${what}`);
}

const tellingsOf = (takes: readonly Take[]): Set<string> =>
  new Set(takes.filter(({ what }) => what === 'raise').map(({ telling }) => telling));

/** Told once through Redis. Past Redis nobody can look up what was told before: such a message says so, and is judged as a repeat is. */
function judgeOnce({ name, takes }: Case, verdict: Verdict): void {
  const tellings = tellingsOf(takes.filter(({ direct }) => !direct)).size;
  if (tellings > 1) verdict.wrong.push(`${name}: told ${tellings} times`);
}

/** No raise after its recovery, not even a repeat, and no older news after newer ones. */
export function judgeOrder({ name, expected, takes }: Case, verdict: Verdict): void {
  const recovered = takes.findIndex(({ what }) => what === 'recovery');
  const lastRaise = takes.findLastIndex(({ what }) => what === 'raise');
  if (recovered >= 0 && lastRaise > recovered)
    verdict.outOfOrder.push(`${name}: ${shown(takes[lastRaise])} after ${shown(takes[recovered])}`);
  // What is told past Redis does not wait for what the outbox still holds.
  for (const way of [true, false]) {
    const told = takes.filter(({ what, direct }) => what === 'raise' && direct === way);
    const at = told.map(({ mark }) => expected.marks.indexOf(mark));
    const fallsBack = at.some((place, index) => index > 0 && place < (at[index - 1] ?? 0));
    if (fallsBack) verdict.outOfOrder.push(`${name}: older news after newer ones`);
  }
}

/** Every raise is told or counted, once. */
function judgeSum({ name, expected, takes, channel }: Case, verdict: Verdict): void {
  if (!channel.summaries) return;
  const told = tellingsOf(takes).size;
  const summaries = new Map(takes.filter(({ what }) => what === 'summary').map((take) => [take.text, take]));
  const counted = [...summaries.values()].reduce((sum, { suppressed }) => sum + suppressed, 0);
  const { length } = expected.marks;
  const words = `${name}: ${told} told and ${counted} counted of ${length} raises`;
  verdict.due += 1;
  if (told + counted < length) verdict.lost.push(words);
  if (told + counted > length) verdict.wrong.push(words);
}

/** A receiver that keeps alerts hears of the acknowledgement once, and of the alert not again until it is over. */
function judgeAck(one: Case, verdict: Verdict): void {
  const { name, expected, takes, channel } = one;
  if (!channel.acks) return;
  if (expected.done) need('ack', one, verdict);
  const acked = takes.findIndex(({ what }) => what === 'ack');
  if (acked < 0) return;
  const before = tellingsOf(takes.slice(0, acked));
  const again = [...tellingsOf(takes.slice(acked))].filter((telling) => !before.has(telling));
  if (again.length > 0) verdict.wrong.push(`${name}: told again ${again.length} times after its acknowledgement`);
}
