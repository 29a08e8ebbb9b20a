import { expect, test } from 'vitest';
import { type AlertEvent, eventsOf } from '../contracts/alert.ts';
import { alertJobs } from './alert-jobs.ts';
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

const event = (id: string, kind: AlertEvent['kind'] = 'raise'): AlertEvent => ({
  id,
  kind,
  level: kind === 'info' ? 'info' : 'critical',
  service: 'a',
  alertType: 'process_down',
  at: '2026-03-11T06:30:00.000Z',
  params: {},
  lastError: null,
  incidentId: null,
});

test('A1: events that come together are few jobs, in their order, and INFOs make none of them less urgent', () => {
  const raises = Array.from({ length: 150 }, (_, n) => event(`r${n}`, n % 2 === 0 ? 'raise' : 'clear'));
  const jobs = alertJobs([event('i1', 'info'), ...raises, event('i2', 'info')]);
  const { alertEvent } = queues;
  const shapes = jobs.map(({ payload }) => [alertEvent.priorityOf?.(payload), eventsOf(payload).map(({ id }) => id)]);
  expect(shapes).toEqual([
    [1, raises.slice(0, 100).map(({ id }) => id)],
    [1, raises.slice(100).map(({ id }) => id)],
    [10, ['i1', 'i2']],
  ]);
  for (const { payload } of jobs) expect(alertEvent.payload.parse(payload)).toEqual(payload);
});

test('the same events are the same jobs, and one alone is a job under its own id', () => {
  const [a, b] = [event('a'), event('b')];
  expect(alertJobs([a])).toEqual([{ jobId: 'a', payload: a }]);
  const ids = [alertJobs([a, b]), alertJobs([a, b]), alertJobs([b, a])].map(([job]) => job?.jobId);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(ids[2]);
  expect(alertJobs([])).toEqual([]);
});
