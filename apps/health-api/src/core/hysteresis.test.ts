import { expect, test } from 'vitest';
import { firstStatus, settle, settleFlag } from './hysteresis.ts';

const run = (start: 'healthy' | 'degraded' | 'unhealthy', ...seen: ('healthy' | 'degraded' | 'unhealthy')[]) => {
  let state = firstStatus(start);
  return seen.map((one) => {
    state = settle(state, one);
    return state.status;
  });
};

test('H2: two bad in a row to fall, two good to rise', () => {
  expect(run('healthy', 'degraded', 'healthy', 'degraded', 'degraded')).toEqual([
    'healthy',
    'healthy',
    'healthy',
    'degraded',
  ]);
  expect(run('unhealthy', 'healthy', 'unhealthy', 'healthy', 'healthy')).toEqual([
    'unhealthy',
    'unhealthy',
    'unhealthy',
    'healthy',
  ]);
});

test('H2: it falls only as far as both evaluations agree', () => {
  expect(run('healthy', 'degraded', 'unhealthy', 'unhealthy')).toEqual(['healthy', 'degraded', 'unhealthy']);
  expect(run('unhealthy', 'healthy', 'degraded')).toEqual(['unhealthy', 'degraded']);
});

test('a condition that cannot be told changes nothing', () => {
  const off = { on: false, previous: true };
  expect(settleFlag(off, null)).toBe(off);
  expect(settleFlag(off, true)).toEqual({ on: true, previous: true });
  expect(settleFlag({ on: true, previous: true }, false)).toEqual({ on: true, previous: false });
});
