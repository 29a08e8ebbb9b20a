import { expect, test } from 'vitest';
import { type ChannelLog, type Expected, judge, type Kill, type Troubles } from './judge.ts';
import { takeOf } from './take.ts';

const raised = '[CRITICAL] k1\nProcess is down.\nLast error: "e1"\nTime: 2026-01-01 00:00:00 UTC';
const over = '[RECOVERED] k1\nProcess is up again\nLasted 3 s.\nTime: 2026-01-01 00:00:03 UTC';
const calm: Troubles = { kills: [], redisAway: [] };
const book: Expected[] = [{ service: 'k1', kind: 'incident', marks: ['e1'], cleared: true }];

interface Said {
  at: number;
  text: string;
  accepted?: boolean;
  unanswered?: boolean;
}
const channel = (said: Said[], kind: Partial<ChannelLog> = {}): ChannelLog => ({
  kind: 'slack',
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
) => judge(book, [channel(said, kind)], { kills, redisAway });

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
    { at: 10_000, text: raised },
    { at: 25_000, text: raised },
    { at: 26_000, text: over },
  ];
  expect(verdictOf(twice).unexcused).toHaveLength(1);
  expect(verdictOf(twice, {}, [{ from: 11_000, to: 11_000, alerters: 1 }]).unexcused).toEqual([]);
  expect(verdictOf(twice, {}, [{ from: 15_000, to: 15_000, alerters: 1 }]).unexcused).toHaveLength(1);
  expect(verdictOf(twice, {}, [{ from: 1_000, to: 9_990, alerters: 1 }]).unexcused).toEqual([]);
  const away = [{ from: 11_500, to: 14_000 }];
  expect(verdictOf(twice, {}, [{ from: 15_000, to: 15_000, alerters: 1 }], away).unexcused).toEqual([]);
  expect(verdictOf(twice, { inFlight: 0 }, [{ from: 11_000, to: 11_000, alerters: 1 }]).unexcused).toHaveLength(1);
  const [first, ...rest] = twice;
  expect(verdictOf([{ at: 10_000, text: raised, ...first, unanswered: true }, ...rest]).unexcused).toEqual([]);
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
  const windowed: Expected[] = [{ service: 'k1', kind: 'windowed', marks: ['e1', 'e2', 'e3'], cleared: false }];
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
  const warned: Expected[] = [{ service: 'v0', kind: 'warned', marks: ['e1', 'e2', 'e3'], cleared: false }];
  const alone = '[WARNING] v0\nFallback replies are on.\nTime: 2026-01-01 00:00:00 UTC';
  const among =
    '[WARNING] v0, v1\n2 warnings\n• v0: LLM fallback: 2 times, first 00:00:01, last 00:00:02, STILL FIRING';
  const judged = (...texts: string[]) => judge(warned, [channel(texts.map((text, at) => ({ at, text })))], calm);
  expect(judged(alone, among)).toMatchObject({ lost: [], wrong: [] });
  expect(judged(among).lost).toEqual(['v0 at slack: 2 listed of 3 raises']);
  expect(judge(warned, [channel([{ at: 1, text: alone }], { warnings: false })], calm).wrong).toHaveLength(1);
});

test('who slept past its lease may end a dialogue of before it: a repeat, but no order of its own', () => {
  const said = [
    { at: 1_000, text: raised },
    { at: 16_500, text: over },
    { at: 17_000, text: raised },
  ];
  expect(verdictOf(said, {}, [{ from: 900, to: 16_900, alerters: 1 }])).toMatchObject({ outOfOrder: [], repeats: 1 });
  expect(verdictOf(said, {}, [{ from: 900, to: 900, alerters: 1 }]).outOfOrder).toHaveLength(1);
});
