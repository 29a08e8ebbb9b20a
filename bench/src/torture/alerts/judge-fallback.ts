import { frontPatience, isQuiet, type Troubles } from './expected.ts';
import { type Case, judgeOrder, need } from './judge-critical.ts';
import type { Take } from './take.ts';
import { did, type Verdict } from './verdict.ts';

/** What is done in time is done within this much more of it, where nobody is in trouble. */
const slackMs = 6_000;
/** Who is killed may hold a decision up for 20 s. */
const heldMs = 22_000;
/** A try under way when its receiver is back may come from before what follows it was decided. */
const tryMs = 3_000;

const isCalm = (from: number, to: number, { kills, redisAway, slow }: Troubles): boolean =>
  isQuiet({ from, to }, [...kills, ...redisAway, ...slow], heldMs);

/** The channel that is out: its raise and its recovery, or both in one message where they waited for long. */
export function judgeFront(one: Case, atSpare: readonly Take[], verdict: Verdict): void {
  const { name, expected, takes, troubles } = one;
  const sentAt = expected.sent.get(expected.marks[0] ?? '')?.at ?? Number.POSITIVE_INFINITY;
  const passed = takes.find((take) => take.passed && take.what === 'recovery');
  if (passed) did(verdict, 'collapsed');
  else need('raise', one, verdict);
  if (expected.cleared) need('recovery', one, verdict);
  if (passed && passed.at - sentAt < frontPatience.lateMs) verdict.wrong.push(`${name}: collapsed before it was late`);
  const raised = takes.find(({ what }) => what === 'raise');
  const clearedAt = expected.cleared?.at ?? Number.POSITIVE_INFINITY;
  const waitedBoth = raised && raised.at - clearedAt > tryMs && raised.at - sentAt > frontPatience.lateMs + tryMs;
  if (waitedBoth && isCalm(sentAt, raised.at, troubles))
    verdict.wrong.push(`${name}: a late raise of what was over, by itself`);
  judgeOrder(one, verdict);
  const dueAt = sentAt + frontPatience.fallbackMs + slackMs;
  const isOwed =
    troubles.outages.some(({ from, to }) => from <= sentAt && to >= dueAt) && isCalm(sentAt, dueAt, troubles);
  if (!isOwed) return;
  verdict.due += 1;
  if (!atSpare.some(({ what }) => what === 'raise')) verdict.lost.push(`${name}: not told by its fallback`);
}

/** The fallback: it says why it tells this, and whoever heard of the raise there hears of its end. */
export function judgeSpare(one: Case, verdict: Verdict): void {
  const { name, expected, takes } = one;
  for (const { via, what } of takes) {
    if (via && what === 'raise') did(verdict, 'fallen back');
    if (!via && what === 'raise') verdict.wrong.push(`${name}: does not say why it comes here`);
  }
  if (expected.cleared && takes.some(({ what }) => what === 'raise')) need('recovery', one, verdict);
  judgeOrder(one, verdict);
}
