import { expect, test } from 'vitest';
import type { ChannelLog, Expected, Kill, Sent, Troubles } from './expected.ts';
import { judge } from './judge.ts';
import { takeOf } from './take.ts';

const raised = '[CRITICAL] k1\nProcess is down.\nLast error: "e1"\nTime: 2026-01-01 00:00:00 UTC';
const over = '[RECOVERED] k1\nProcess is up again\nLasted 3 s.\nTime: 2026-01-01 00:00:03 UTC';
const calm: Troubles = { kills: [], redisAway: [], outages: [], slow: [] };
const away = (from: number, to: number, killed = true) => ({ from, to, killed });
const sentAt = (at: number, doorAt: number | null = null): Sent => ({ at, doorAt });
const expected = (over: Partial<Expected> = {}): Expected => ({
  ...{ service: 'k1', kind: 'incident', marks: ['e1'], sent: new Map([['e1', sentAt(1)]]), done: false },
  cleared: sentAt(2),
  ...over,
});
const book = [expected()];

interface Said {
  at: number;
  text: string;
  accepted?: boolean;
  unanswered?: boolean;
}
const channel = (said: Said[], kind: Partial<ChannelLog> = {}): ChannelLog => ({
  name: 'slack',
  role: 'usual',
  acks: false,
  keyed: false,
  summaries: true,
  infos: false,
  warnings: true,
  inFlight: 1,
  takes: said.flatMap((one) => takeOf(one) ?? []),
  ...kind,
});
const verdictOf = (
  said: Said[],
  kind: Partial<ChannelLog> = {},
  kills: Kill[] = [],
  redisAway: Troubles['redisAway'] = [],
) => judge(book, [channel(said, kind)], { ...calm, kills, redisAway });

test('raise, then recovery, each once: nothing to complain of', () => {
  const verdict = verdictOf([
    { at: 1, text: raised },
    { at: 2, text: over },
  ]);
  expect(verdict).toMatchObject({ due: 2, lost: [], outOfOrder: [], repeats: 0, unexcused: [], wrong: [] });
});

test('what did not come is lost, and a raise after its recovery is out of order even as a repeat', () => {
  expect(verdictOf([{ at: 1, text: raised }]).lost).toEqual(['k1 at slack: no recovery']);
  const late = `${raised}\n(re-sent, may be a repeat)`;
  const verdict = verdictOf([
    { at: 1, text: raised, unanswered: true },
    { at: 2, text: over },
    { at: 3, text: late },
  ]);
  expect(verdict.outOfOrder).toHaveLength(1);
});

test('a repeat needs an unanswered try before it, or a kill while it was on its way, and each kill pays for so many only', () => {
  const twice = [
    { at: 20_000, text: raised },
    { at: 45_000, text: raised },
    { at: 46_000, text: over },
  ];
  expect(verdictOf(twice).unexcused).toHaveLength(1);
  expect(verdictOf(twice, {}, [{ from: 21_000, to: 21_000, alerters: 1 }]).unexcused).toEqual([]);
  expect(verdictOf(twice, {}, [{ from: 35_000, to: 35_000, alerters: 1 }]).unexcused).toHaveLength(1);
  // What left before it is read later where the receiver had no time.
  const early = [{ from: 15_000, to: 15_000, alerters: 1 }];
  const slowly = { ...calm, kills: early, slow: [{ from: 16_000, to: 20_500 }] };
  expect(verdictOf(twice, {}, early).unexcused).toHaveLength(1);
  expect(judge(book, [channel(twice)], slowly).unexcused).toEqual([]);
  // What a sleeper ends on waking has no excuse.
  expect(verdictOf(twice, {}, [{ from: 1_000, to: 19_990, alerters: 1 }]).unexcused).toHaveLength(1);
  const gone = [away(21_500, 24_000), away(26_000, 34_000)];
  expect(verdictOf(twice, {}, [{ from: 35_000, to: 35_000, alerters: 1 }], gone).unexcused).toEqual([]);
  expect(verdictOf(twice, { inFlight: 0 }, [{ from: 21_000, to: 21_000, alerters: 1 }]).unexcused).toHaveLength(1);
  const [first, ...rest] = twice;
  expect(verdictOf([{ at: 20_000, text: raised, ...first, unanswered: true }, ...rest]).unexcused).toEqual([]);
});

test('a receiver with keys accepts once, whatever happened', () => {
  const said = [
    { at: 1, text: raised },
    { at: 2, text: raised, accepted: false },
    { at: 3, text: over },
  ];
  expect(verdictOf(said, { keyed: true }).acceptedTwice).toEqual([]);
  const twice = said.map((one) => ({ ...one, accepted: true }));
  expect(verdictOf(twice, { keyed: true }).acceptedTwice).toHaveLength(1);
});

test('through many windows each raise is told or counted, exactly once', () => {
  const windowed = [expected({ kind: 'windowed', marks: ['e1', 'e2', 'e3'], cleared: null })];
  const sum = (count: number) => `[INFO] k1\n${count} alerts suppressed\n• Process down: ${count}, STILL FIRING`;
  const judged = (count: number) =>
    judge(
      windowed,
      [
        channel([
          { at: 1, text: raised },
          { at: 2, text: sum(count) },
        ]),
      ],
      calm,
    );
  expect(judged(2)).toMatchObject({ lost: [], wrong: [] });
  expect(judged(1).lost).toHaveLength(1);
  expect(judged(3).wrong).toHaveLength(1);
});

test('each raise of a WARNING stands in one digest, alone or among others', () => {
  const warned = [expected({ service: 'v0', kind: 'warned', marks: ['e1', 'e2', 'e3'], cleared: null })];
  const alone = '[WARNING] v0\nFallback replies are on.\nTime: 2026-01-01 00:00:00 UTC';
  const among =
    '[WARNING] v0, v1\n2 warnings\n• v0: LLM fallback: 2 times, first 00:00:01, last 00:00:02, STILL FIRING';
  const judged = (...texts: string[]) => judge(warned, [channel(texts.map((text, at) => ({ at, text })))], calm);
  expect(judged(alone, among)).toMatchObject({ lost: [], wrong: [] });
  expect(judged(among).lost).toEqual(['v0 at slack: 2 listed of 3 raises']);
  expect(judge(warned, [channel([{ at: 1, text: alone }], { warnings: false })], calm).wrong).toHaveLength(1);
});

test('what a sleeper ends on waking is out of order like anything else', () => {
  const said = [
    { at: 1_000, text: raised },
    { at: 16_500, text: over },
    { at: 17_000, text: raised },
  ];
  expect(verdictOf(said, {}, [{ from: 900, to: 16_900, alerters: 1 }]).outOfOrder).toHaveLength(1);
});

const direct = `${raised}\ndedup unavailable: Redis is away`;
const doorBook = (at: number) => [expected({ sent: new Map([['e1', sentAt(at, at + 2_000)]]), cleared: null })];

test('told past Redis and through it: only where Redis was killed in mid-decision', () => {
  const said = [
    { at: 14_000, text: direct },
    { at: 20_000, text: raised },
  ];
  const judged = (at: number, killed = true) =>
    judge(doorBook(at), [channel(said)], { ...calm, redisAway: [away(10_000, 18_000, killed)] });
  expect(judged(10_500)).toMatchObject({
    unexcused: [],
    wrong: [],
    toldBothWays: new Set(['k1 raise e1 2026-01-01 00:00:00 UTC']),
  });
  expect(judged(11_900).unexcused).toHaveLength(1);
  expect(judged(10_500, false).unexcused).toHaveLength(1);
});

test('past Redis a CRITICAL is told at once', () => {
  const judged = (at: number, redisAway: Troubles['redisAway']) =>
    judge(doorBook(1_000), [channel([{ at, text: direct }])], { ...calm, redisAway });
  expect(judged(4_000, [away(500, 9_000)]).wrong).toEqual([]);
  expect(judged(8_500, [away(500, 9_000)]).wrong).toEqual(['k1: told to nobody while Redis was away']);
});

test('acknowledged, an alert is not told again; silenced, it is not told at all', () => {
  const acked = '[CRITICAL] k1\nProcess is down.\nAcknowledged by torture.\nLast error: "e1"';
  const later = raised.replace('e1', 'e2');
  const judged = (...texts: string[]) =>
    judge(
      [expected({ kind: 'acked', marks: ['e1', 'e2'], done: true, cleared: null })],
      [
        channel(
          texts.map((text, at) => ({ at, text })),
          { acks: true, summaries: false },
        ),
      ],
      calm,
    );
  expect(judged(raised, acked)).toMatchObject({ lost: [], wrong: [] });
  expect(judged(raised).lost).toEqual(['k1 at slack: no ack']);
  expect(judged(raised, acked, later).wrong).toHaveLength(1);
  const hidden = [expected({ kind: 'hidden', done: true })];
  expect(judge(hidden, [channel([])], calm)).toMatchObject({ lost: [], wrong: [] });
  expect(judge(hidden, [channel([{ at: 1, text: raised }])], calm).wrong).toHaveLength(1);
});

test('a channel that is out for long has a fallback that says why, and tells what passed as one message', () => {
  const fallen = [expected({ kind: 'fallen', sent: new Map([['e1', sentAt(1_000)]]), cleared: sentAt(2_000) })];
  const via = `${raised}\nfront could not be reached for 2 s, so this comes here.`;
  const passed = '[RECOVERED] k1\nProcess is up again\nWas down 00:00–00:01, notice delayed 14 s.';
  const judged = (atFront: Said[], atSpare: Said[]) =>
    judge(
      fallen,
      [channel(atFront, { name: 'front', role: 'front' }), channel(atSpare, { name: 'spare', role: 'spare' })],
      { ...calm, outages: [{ from: 500, to: 15_000 }] },
    );
  const spare = [
    { at: 3_000, text: via },
    { at: 4_000, text: over },
  ];
  expect(judged([{ at: 16_000, text: passed }], spare)).toMatchObject({ lost: [], wrong: [], outOfOrder: [] });
  expect(judged([{ at: 16_000, text: passed }], []).lost).toEqual(['k1 at front: not told by its fallback']);
  expect(judged([{ at: 16_000, text: passed }], [{ at: 3_000, text: raised }]).wrong).toHaveLength(1);
  expect(judged([{ at: 16_000, text: passed }], spare.slice(0, 1)).lost).toEqual(['k1 at spare: no recovery']);
  const apart = [
    { at: 16_000, text: raised },
    { at: 16_100, text: over },
  ];
  expect(judged(apart, spare).wrong).toHaveLength(1);
});
