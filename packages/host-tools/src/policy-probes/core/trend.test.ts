import { expect, test } from 'vitest';
import { addSample, type Sample, trendOf } from './trend.ts';

const hour = 3_600_000;
const overMs = 6 * hour;

/** Figures each five minutes of some hours, as a probe would keep them. */
function seen(hours: number, use: (hoursIn: number) => number): Sample[] {
  let samples: Sample[] = [];
  for (let at = 0; at <= hours * hour; at += hour / 12)
    samples = addSample(samples, { at, value: use(at / hour) }, overMs);
  return samples;
}

test('C6: a steady leak says in how many hours the limit is reached', () => {
  const trend = trendOf(
    seen(7, (hours) => 200 + 12 * hours),
    { limit: 512, overMs },
  );
  expect(trend).toMatchObject({ kind: 'reaches', perHour: expect.closeTo(12, 5), hours: expect.closeTo(19, 1) });
});

test('C6: nothing is said before it was seen for as long as it takes, nor from a few figures', () => {
  const leak = (hours: number) => 200 + 12 * hours;
  expect(trendOf(seen(5.9, leak), { limit: 512, overMs })).toMatchObject({ kind: 'early' });
  expect(trendOf([], { limit: 512, overMs })).toMatchObject({ kind: 'early' });
  const few = seen(7, leak).filter((_, index) => index % 12 === 0);
  expect(trendOf(few, { limit: 512, overMs })).toMatchObject({ kind: 'early', reason: 'too few figures' });
});

test('C6: a sawtooth of garbage collection has no trend, whatever moment it is looked at', () => {
  for (const period of [0.5, 1.3, 2, 3.5]) {
    for (let hours = 24; hours < 24 + period; hours += period / 7) {
      const trend = trendOf(
        seen(hours, (at) => 150 + 300 * ((at / period) % 1)),
        { limit: 512, overMs },
      );
      expect(trend.kind, `period ${period} h, after ${hours} h: ${JSON.stringify(trend)}`).not.toBe('reaches');
    }
  }
});

test('C6: a sawtooth whose feet rise is a leak', () => {
  const trend = trendOf(
    seen(24, (at) => 150 + 8 * at + 60 * ((at / 2) % 1)),
    { limit: 512, overMs },
  );
  expect(trend).toMatchObject({ kind: 'reaches', perHour: expect.closeTo(8, 0) });
  expect(trend).toMatchObject({ hours: expect.closeTo((512 - 150 - 8 * 24 - 60) / 8, -1) });
});

test('C6: what grows at a start and then stays is no leak', () => {
  const warmUp = seen(8, (at) => 100 + 250 * Math.min(1, at / 3));
  expect(trendOf(warmUp, { limit: 512, overMs })).toMatchObject({ kind: 'none' });
});

test('C6: a release long ago does not hide that it grows since', () => {
  const trend = trendOf(
    seen(20, (at) => (at < 4 ? 400 : 100 + 15 * (at - 4))),
    { limit: 512, overMs },
  );
  expect(trend).toMatchObject({ kind: 'reaches', perHour: expect.closeTo(15, 1) });
});

test('figures near each other become one that keeps the least and the most, and old ones go', () => {
  const samples = [
    { at: 0, low: 5, high: 5 },
    { at: 10 * 60_000, low: 7, high: 7 },
  ];
  const widened = addSample(samples, { at: 12 * 60_000, value: 3 }, overMs);
  expect(widened).toEqual([samples[0], { at: 10 * 60_000, low: 3, high: 7 }]);
  expect(addSample(samples, { at: 24 * hour + 5 * 60_000, value: 1 }, overMs)).toHaveLength(2);
  // A clock that was set back: what seems to come later is forgotten.
  expect(addSample(samples, { at: 5 * 60_000, value: 1 }, overMs)).toEqual([{ at: 0, low: 1, high: 5 }]);
});
