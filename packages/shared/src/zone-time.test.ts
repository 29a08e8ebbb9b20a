import { expect, test } from 'vitest';
import { zoneDateTime, zoneMidnight, zoneName, zoneStamp, zoneWallTime } from './zone-time.ts';

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

test.each([
  ['2026-03-11 15:30:00', 'Asia/Tokyo', '2026-03-11T06:30:00Z'],
  ['2026-10-25 01:30:00', 'Europe/London', '2026-10-25T00:30:00Z'],
  ['2026-07-01 00:00:00', 'Asia/Kathmandu', '2026-06-30T18:15:00Z'],
])('wall time %s in %s is one moment, of a repeated hour the earlier', (wall, zone, moment) => {
  expect(zoneWallTime(wall, zone)).toBe(Date.parse(moment));
});

test.each(['2026-13-01 00:00:00', '2026-02-30 00:00:00', '2027-03-28 01:30:00', 'noon'])(
  'wall time that does not exist is none: %s',
  (wall) => {
    expect(zoneWallTime(wall, 'Europe/London')).toBeNull();
  },
);
