import { expect, test } from 'vitest';
import { createHostLoadProbe, hostTicks } from './host-load.ts';

test('H5: waiting for a disk is not work, and guest time is not counted twice', () => {
  expect(hostTicks('cpu  100 20 30 800 40 5 5 0 90 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n')).toEqual({ busy: 160, all: 1000 });
  expect(hostTicks('')).toBeNull();
});

test('the first look has no CPU figure, since one moment has no rate', () => {
  const look = createHostLoadProbe();
  expect(look().cpuPercent).toBeNull();
  expect(look().load1m).toBeGreaterThanOrEqual(0);
});
