import { HOUR } from '@yoban/shared/contracts/time';
import { describe, expect, test } from 'vitest';
import { hourTicks, nightSpans } from './night-spans.ts';

const to = Date.parse('2026-03-10T15:30:00Z'); // 00:30 in Tokyo
const from = to - 24 * HOUR;
const hours = (fraction: number) => Math.round(fraction * 240) / 10;

describe('night shading', () => {
  test('follows 18:00-06:00 of the configured zone', () => {
    const spans = nightSpans(from, to, 'Asia/Tokyo').map((span) => [hours(span.from), hours(span.to)]);
    expect(spans).toEqual([
      [0, 5.5],
      [17.5, 24],
    ]);
  });
  test('is one span where the night lies inside the window', () => {
    const noon = Date.parse('2026-03-10T12:00:00Z');
    const spans = nightSpans(noon - 24 * HOUR, noon, 'UTC').map((span) => [hours(span.from), hours(span.to)]);
    expect(spans).toEqual([[6, 18]]);
  });
  test('is an hour shorter where the clock jumps forward in it', () => {
    const noon = Date.parse('2026-03-29T10:00:00Z'); // 12:00 in Berlin, summer time began at 02:00
    const [span] = nightSpans(noon - 24 * HOUR, noon, 'Europe/Berlin');
    expect(hours((span?.to ?? 0) - (span?.from ?? 0))).toBe(11);
  });
});

test('ticks stand on round hours of the zone', () => {
  const ticks = hourTicks(from, to, 'Asia/Tokyo');
  expect(ticks.map(({ label }) => label)).toEqual([
    '03:00',
    '06:00',
    '09:00',
    '12:00',
    '15:00',
    '18:00',
    '21:00',
    '00:00',
  ]);
  expect(ticks.filter(({ major }) => major).map(({ label }) => label)).toEqual(['06:00', '12:00', '18:00', '00:00']);
  expect(hours(ticks[0]?.at ?? 0)).toBe(2.5);
});

test('a zone of half hours has its ticks too', () => {
  expect(hourTicks(from, to, 'Asia/Kolkata').every(({ label }) => label.endsWith(':00'))).toBe(true);
  expect(hourTicks(from, to, 'Asia/Kolkata')).toHaveLength(8);
});
