import { expect, test } from 'vitest';
import { parseRedisUrl } from './connection.ts';
import { jobIdOf } from './producer.ts';
import { queues } from './queues.ts';

test('the three forms of a Redis address', () => {
  expect(parseRedisUrl('unix:///h/run/redis.sock')).toEqual({ path: '/h/run/redis.sock' });
  expect(parseRedisUrl('redis://:p%40ss@127.0.0.1:6380/2')).toEqual({
    host: '127.0.0.1',
    port: 6380,
    password: 'p@ss',
    db: 2,
  });
  expect(() => parseRedisUrl('localhost')).toThrow('REDIS_URL');
});

test('job ids are legal for the bus, and two ids never become one', () => {
  expect(jobIdOf('17')).toBe('j-17');
  expect(jobIdOf('a:b')).not.toContain(':');
  expect(jobIdOf('a:b')).not.toBe(jobIdOf('a%3Ab'));
});

test('K3: queue names have no colon, and each queue has a priority', () => {
  for (const spec of Object.values(queues)) {
    expect(spec.name).toMatch(/^[a-z-]+$/);
    expect(spec.priority).toBeGreaterThan(0);
  }
});
