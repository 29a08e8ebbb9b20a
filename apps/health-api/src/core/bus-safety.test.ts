import { expect, test } from 'vitest';
import { busSafety } from './bus-safety.ts';

const always = { appendonly: 'yes', appendfsync: 'always', maxmemory: '0', maxmemoryPolicy: 'noeviction' };

test.each([
  [always, 'safe', ''],
  [{ ...always, appendfsync: 'everysec' }, 'relaxed', 'appendfsync everysec'],
  [{ ...always, appendonly: 'no' }, 'unsafe', 'appendonly no'],
  [{ ...always, maxmemoryPolicy: 'allkeys-lru' }, 'unsafe', 'maxmemory-policy allkeys-lru'],
  [null, 'unknown', 'CONFIG is forbidden'],
])('Redis with %o is %s', (settings, verdict, detail) => {
  expect(busSafety(settings)).toEqual({ verdict, detail });
});
