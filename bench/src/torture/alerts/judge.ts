import { type ChannelLog, type Expected, isQuiet, type Troubles } from './expected.ts';
import { type Case, judgeCritical } from './judge-critical.ts';
import { judgeFront, judgeSpare } from './judge-fallback.ts';
import { judgeKeyed, judgeRepeats } from './judge-repeats.ts';
import { shown, type Take } from './take.ts';
import { did, newVerdict, type Verdict } from './verdict.ts';

/** Compares what arrived with what was produced. It knows nothing of the alerter's own records. */
export function judge(book: readonly Expected[], channels: readonly ChannelLog[], troubles: Troubles): Verdict {
  const verdict = newVerdict();
  const told = new Map(channels.map((channel) => [channel, Map.groupBy(channel.takes, (take) => take.service)]));
  const takesOf = (channel: ChannelLog, service: string): readonly Take[] => told.get(channel)?.get(service) ?? [];
  const spare = channels.find(({ role }) => role === 'spare');
  for (const channel of channels) {
    for (const expected of book) {
      const takes = takesOf(channel, expected.service);
      const one: Case = { name: `${expected.service} at ${channel.name}`, expected, takes, channel, troubles };
      judgeOne(one, spare ? takesOf(spare, expected.service) : [], verdict);
    }
    judgeNotes(channel, verdict);
    if (channel.keyed) judgeKeyed(book, channel, troubles, verdict);
    else judgeRepeats(book, channel, troubles, verdict);
  }
  const usual = channels.filter(({ role }) => role === 'usual');
  for (const expected of book) {
    tellOf(expected, verdict);
    judgeAtOnce(
      expected,
      usual.flatMap((channel) => takesOf(channel, expected.service)),
      { troubles, verdict },
    );
  }
  return verdict;
}

/** How long a CRITICAL that was taken at the door may need while Redis is away and all else is well: 1 s of it is the rule (docs/adr/0013). */
const atOnceMs = 5_000;
/** A killed alerter is back after that, and its door has been taken over. */
const backMs = 6_000;

/** Without Redis a CRITICAL goes to people at once. A receiver may be in trouble of its own: any of them has to have it. */
function judgeAtOnce(
  { service, kind, marks, sent }: Expected,
  takes: readonly Take[],
  { troubles, verdict }: { troubles: Troubles; verdict: Verdict },
): void {
  const doorAt = sent.get(marks[0] ?? '')?.doorAt ?? null;
  if (kind !== 'incident' || doorAt === null) return;
  const span = { from: doorAt, to: doorAt + atOnceMs };
  if (Date.now() < span.to) return;
  const isAway = troubles.redisAway.some(({ from, to }) => from < span.from && to > span.to);
  if (!isAway || !isQuiet(span, [...troubles.kills, ...troubles.slow], backMs)) return;
  if (!takes.some(({ at }) => at <= span.to)) verdict.wrong.push(`${service}: told to nobody while Redis was away`);
}

function judgeOne(one: Case, atSpare: readonly Take[], verdict: Verdict): void {
  const { name, expected, takes, channel } = one;
  if ((expected.kind === 'fallen') !== (channel.role !== 'usual')) {
    if (takes.length > 0) verdict.wrong.push(`${name}: told where it does not go`);
    return;
  }
  const { kind } = expected;
  if (kind === 'info') judgeInfo(one, verdict);
  else if (kind === 'warned') judgeWarned(one, verdict);
  else if (kind === 'hidden') judgeHidden(one, verdict);
  else if (kind !== 'fallen') judgeCritical(one, verdict);
  else if (channel.role === 'front') judgeFront(one, atSpare, verdict);
  else judgeSpare(one, verdict);
}

/** What a silence hides is not lost: nobody was to hear of it. */
function judgeHidden({ name, takes }: Case, verdict: Verdict): void {
  if (takes.length > 0) verdict.wrong.push(`${name}: told although it was silenced`);
}

function judgeInfo({ name, takes, channel }: Case, verdict: Verdict): void {
  if (!channel.infos) return;
  verdict.due += 1;
  if (!takes.some(({ what }) => what === 'info')) verdict.lost.push(`${name}: no info`);
}

/** Every raise stands in one digest; what was listed while it was open gets its recovery. */
function judgeWarned({ name, expected, takes, channel }: Case, verdict: Verdict): void {
  const { service, marks, cleared } = expected;
  if (!channel.warnings) {
    if (takes.length > 0) verdict.wrong.push(`${name}: a WARNING where none goes`);
    return;
  }
  verdict.due += 2;
  if (cleared && !takes.some(({ what }) => what === 'recovery')) verdict.lost.push(`${name}: no recovery`);
  const digests = new Map(channel.takes.filter(({ what }) => what === 'digest').map((take) => [take.text, take]));
  const listed = [...digests.values()].reduce((sum, { lists }) => sum + (lists[service] ?? 0), 0);
  const words = `${name}: ${listed} listed of ${marks.length} raises`;
  if (listed < marks.length) verdict.lost.push(words);
  if (listed > marks.length) verdict.wrong.push(words);
}

/** Whether Redis was away only the alerters know: it is for them when it has not answered for half a second, busy or not. */
function judgeNotes({ name, role, takes }: ChannelLog, verdict: Verdict): void {
  for (const take of takes) {
    if (take.direct) did(verdict, 'told past Redis');
    if (take.via && role !== 'spare') verdict.wrong.push(`${name}: ${shown(take)}, instead of another channel`);
  }
}

const deedOf = {
  acked: 'acknowledged',
  released: 'told when its silence ended',
  announced: 'recovered through a silence',
} as const;

function tellOf(expected: Expected, verdict: Verdict): void {
  const { kind, done, sent, cleared } = expected;
  for (const one of [...sent.values(), ...(cleared ? [cleared] : [])])
    if (one.doorAt !== null) did(verdict, 'taken at the door');
  if (!done) return;
  if (kind === 'hidden') did(verdict, 'hidden by a silence');
  if ((kind === 'announced' && cleared) || kind === 'acked' || kind === 'released') did(verdict, deedOf[kind]);
}
