import type { ChannelLog, Expected, Kill, Troubles } from './expected.ts';
import { shown, type Take } from './take.ts';
import type { Verdict } from './verdict.ts';

/** As long as a try may take it may be on its way: a busy machine needs seconds to read an answer and to note it. Never more of them than an alerter sends at once. */
const settledWithinMs = 10_000;
/** What left before a kill or a stop stands in the receiver's log within this, and later where the machine had no time for the receiver. */
const arrivesWithinMs = 3_000;

/** One message for people, however often it was tried and whichever way it went. */
const identity = ({ what, service, telling, text }: Take): string =>
  what === 'raise'
    ? `${service} raise ${telling}`
    : what === 'digest' || what === 'summary'
      ? text
      : `${service} ${what}`;

/** Receivers that know a repeat by its key act on each message once. */
export function judgeKeyed(book: readonly Expected[], log: ChannelLog, troubles: Troubles, verdict: Verdict): void {
  const accepted = log.takes.filter((take) => take.accepted);
  for (const same of Map.groupBy(accepted, identity).values()) {
    const [first, second] = same;
    if (!first || !second || isBothWays(first, second, { book, troubles, verdict })) continue;
    verdict.acceptedTwice.push(`${log.name} accepted ${same.map(shown).join(', then ')}`);
  }
}

/** Each repeat needs a reason of its own: a try before it that got no answer, or that an alerter died on, which is so many at most. */
export function judgeRepeats(book: readonly Expected[], log: ChannelLog, troubles: Troubles, verdict: Verdict): void {
  const { name, takes, inFlight } = log;
  const { kills } = troubles;
  const diedOn = new Map<Kill, number>();
  for (const same of Map.groupBy(takes, identity).values()) {
    for (const [index, take] of same.slice(1).entries()) {
      verdict.repeats += 1;
      const before = same[index];
      if (!before || before.unanswered) continue;
      const kill = kills.find(
        (one) => isOnItsWay(before.at, one, troubles) && (diedOn.get(one) ?? 0) < onTheirWay(one, inFlight, troubles),
      );
      if (kill) diedOn.set(kill, (diedOn.get(kill) ?? 0) + 1);
      else if (isBothWays(before, take, { book, troubles, verdict })) verdict.repeatsAllowed += 1;
      else verdict.unexcused.push(`${name} took ${shown(before)}, then ${shown(take)}`);
    }
  }
  const unanswered = takes.filter((take) => take.unanswered).length;
  verdict.repeatsAllowed += unanswered + kills.reduce((sum, one) => sum + onTheirWay(one, inFlight, troubles), 0);
}

/** What a kill may leave without its note: without Redis also what the outbox had on its way when that went. */
function onTheirWay(kill: Kill, inFlight: number, { redisAway }: Troubles): number {
  const ways = reachOf(kill.from, redisAway) < kill.from ? 2 : 1;
  return ways * inFlight * kill.alerters;
}

/**
 * True for what was taken when the kill may have kept it from being noted: shortly before, or while Redis was away before it. Of one
 * that was only stopped the same holds: on waking nothing leaves any more, so what is taken then needs a reason of its own.
 */
function isOnItsWay(at: number, kill: Kill, { redisAway, slow }: Troubles): boolean {
  return at >= reachOf(kill.from, redisAway) - settledWithinMs && at <= arrivedBy(kill.from, slow);
}

/** By then everything that left until `at` has been read. */
function arrivedBy(at: number, slow: Troubles['slow']): number {
  const usual = at + arrivesWithinMs;
  return Math.max(usual, ...slow.filter(({ from, to }) => from <= usual && to >= at).map(({ to }) => to));
}

/** When the time began of which nothing could be noted until `at`: an alerter needs a moment to come back to Redis, which may be gone again by then. */
function reachOf(at: number, redisAway: Troubles['redisAway']): number {
  const away = redisAway.find(({ from, to }) => from < at && to >= at - settledWithinMs);
  return away ? reachOf(away.from, redisAway) : at;
}

/** What was being decided as Redis was killed may have been written without an answer. */
const decidedWithinMs = 1_000;

/**
 * Told past Redis and by the outbox: so much ADR 0013 leaves open, where Redis was killed in mid-decision. An event that was made while
 * it was away already is told once, whichever way.
 */
function isBothWays(
  one: Take,
  other: Take,
  { book, troubles, verdict }: { book: readonly Expected[]; troubles: Troubles; verdict: Verdict },
): boolean {
  if (one.direct === other.direct) return false;
  const expected = book.find(({ service }) => service === one.service);
  const sent = one.what === 'recovery' ? expected?.cleared : expected?.sent.get(one.mark);
  const direct = one.direct ? one : other;
  if (!sent) return false;
  const excused = troubles.redisAway.some(
    ({ killed, from }) => killed && from >= sent.at - decidedWithinMs && from <= direct.at,
  );
  if (excused) verdict.toldBothWays.add(identity(one));
  return excused;
}
