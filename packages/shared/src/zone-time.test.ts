import { expect, test } from 'vitest';
import { zoneDateTime, zoneMidnight, zoneName, zoneStamp } from './zone-time.ts';

const at = Date.parse('2026-03-11T06:30:00Z');

test('A2: a moment reads as wall time with the zone common name', () => {
  expect(`${zoneDateTime(at, 'Asia/Tokyo')} ${zoneName(at, 'Asia/Tokyo')}`).toBe('2026-03-11 15:30:00 JST');
});

test('B4: the stamp of file names is wall time in the configured zone', () => {
  expect(zoneStamp(at, 'Asia/Tokyo')).toBe('20260311_153000');
  expect(zoneStamp(at, 'UTC')).toBe('20260311_063000');
});

test('H3: today begins at midnight in the zone, also on the day the clock changes', () => {
  expect(zoneMidnight(at, 'Asia/Tokyo')).toBe(Date.parse('2026-03-11T00:00:00+09:00'));
  const afterSpring = Date.parse('2027-03-28T12:00:00+01:00');
  expect(zoneMidnight(afterSpring, 'Europe/London')).toBe(Date.parse('2027-03-28T00:00:00Z'));
  const afterAutumn = Date.parse('2026-10-25T12:00:00Z');
  expect(zoneMidnight(afterAutumn, 'Europe/London')).toBe(Date.parse('2026-10-25T00:00:00+01:00'));
});
