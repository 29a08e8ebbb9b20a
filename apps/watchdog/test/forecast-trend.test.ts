import { addSample, type Sample, trendOf } from '@yoban/host-tools/policy-probes/core/trend';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const hour = 3_600_000;
const overMs = 6 * hour;

function seen(hours: number, use: (hoursIn: number) => number): Sample[] {
  let samples: Sample[] = [];
  for (let at = 0; at <= hours * hour; at += hour / 12)
    samples = addSample(samples, { at, value: use(at / hour) }, overMs);
  return samples;
}

/** A number that is the same each time for the same place, between -1 and 1. */
const noise = (seed: number, place: number) => Math.sin(seed * 12.9898 + place * 78.233) * Math.cos(seed + place * 3.7);

const level = fc.integer({ min: 50, max: 400 });
const since = fc.double({ min: 6.2, max: 30, noNaN: true });

test('C6: any steady rise is told with its pace and its time, under noise as well', () => {
  fc.assert(
    fc.property(level, fc.double({ min: 2, max: 40, noNaN: true }), since, fc.nat(1_000), (base, pace, hours, seed) => {
      const limit = base + pace * hours + 100;
      const trend = trendOf(
        seen(hours, (at) => base + pace * at + noise(seed, at) * pace * 0.2),
        { limit, overMs },
      );
      expect(trend.kind).toBe('reaches');
      if (trend.kind !== 'reaches') return;
      expect(trend.perHour / pace).toBeGreaterThan(0.8);
      expect(trend.perHour / pace).toBeLessThan(1.05);
      expect((trend.hours * trend.perHour) / 100).toBeGreaterThan(0.8);
      expect((trend.hours * trend.perHour) / 100).toBeLessThan(1.2);
    }),
  );
});

test('C6: nothing that stays or falls is ever told', () => {
  fc.assert(
    fc.property(level, fc.double({ min: 0, max: 20, noNaN: true }), since, fc.nat(1_000), (base, fall, hours, seed) => {
      const trend = trendOf(
        seen(hours, (at) => base + 600 - fall * at + noise(seed, at)),
        { limit: 2_000, overMs },
      );
      if (trend.kind === 'reaches') expect(trend.hours).toBeGreaterThan(24);
    }),
  );
});

const height = fc.integer({ min: 20, max: 300 });
const fullHistory = fc.double({ min: 24, max: 36, noNaN: true });

function neverTold(
  use: (base: number, height: number) => (at: number) => number,
  of: { base: number; height: number; hours: number },
) {
  const { base, height, hours } = of;
  const trend = trendOf(seen(hours, use(base, height)), { limit: base + height + 60, overMs });
  if (trend.kind === 'reaches') expect(trend.hours, JSON.stringify(trend)).toBeGreaterThan(24);
}

test('C6: a sawtooth is never told, at any period up to nine hours, height and moment', () => {
  // Six figures a period at least: what beats with our own pace cannot be told from a slow rise.
  const period = fc.double({ min: 0.5, max: 9, noNaN: true });
  fc.assert(
    fc.property(level, height, period, fullHistory, (base, height, every, hours) =>
      neverTold((base, height) => (at) => base + height * ((at / every) % 1), { base, height, hours }),
    ),
    { numRuns: 500 },
  );
});

test('C6: neither are collections faster than we look, which no clock paces', () => {
  fc.assert(
    fc.property(level, height, fullHistory, fc.nat(1_000), (base, height, hours, seed) =>
      neverTold((base, height) => (at) => base + height * Math.abs(noise(seed, at)), { base, height, hours }),
    ),
    { numRuns: 300 },
  );
});

test('C6: twice the figures shifted by any time give the same answer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000_000_000_000 }), since, (start, hours) => {
      const plain = seen(hours, (at) => 100 + 5 * at + noise(1, at));
      const later = plain.map((sample) => ({ ...sample, at: sample.at + start }));
      const [one, other] = [plain, later].map((samples) => trendOf(samples, { limit: 900, overMs }));
      expect(other?.kind).toBe(one?.kind);
      if (one?.kind === 'reaches' && other?.kind === 'reaches') expect(other.hours / one.hours).toBeCloseTo(1, 3);
    }),
  );
});
