import { expect, test } from 'vitest';
import { judgePools, PoolDatabaseRow, PoolRow } from './judge-pools.ts';

const pool = (more: object = {}) =>
  PoolRow.parse({
    database: 'app',
    user: 'app',
    cl_waiting: 0,
    sv_active: 3,
    sv_idle: '2',
    sv_used: 0,
    maxwait: 0,
    ...more,
  });
const base = (more: object = {}) =>
  PoolDatabaseRow.parse({ name: 'app', pool_size: 10, paused: 0, disabled: 0, ...more });
const consoleRows = [pool({ database: 'pgbouncer', user: 'pgbouncer', cl_waiting: 9 }), base({ name: 'pgbouncer' })];
const all = { database: null, maxWaiting: 0 };

test('P1: clients that wait are counted over the pools asked for, never those of the console', () => {
  const pools = [
    pool({ cl_waiting: 1 }),
    pool({ user: 'job', cl_waiting: 3, sv_active: 10, maxwait: 12 }),
    pool(consoleRows[0]),
  ];
  expect(judgePools(pools, [base()], all)).toEqual({
    ...{ is: 'bad', value: 4, unit: 'count' },
    detail: 'pool exhausted: 4 clients wait, the longest for 12 s; app/job has 10 of 12 connections in use',
  });
  expect(judgePools(pools, [base()], { database: 'app', maxWaiting: 4 }).is).toBe('good');
  expect(judgePools(pools, [base(), base({ name: 'other' })], { database: 'other', maxWaiting: 0 })).toMatchObject({
    ...{ is: 'good', value: 0 },
    detail: 'no pool is in use',
  });
});

test('P1: a pool that is paused or switched off gives nothing, whoever waits', () => {
  expect(judgePools([], [base({ paused: 1 })], all).detail).toBe('the pool of app is paused (RESUME app ends that)');
  expect(judgePools([], [base({ disabled: 1 })], all).detail).toMatch(/disabled \(ENABLE app/);
  expect(judgePools([], [base({ paused: 1 }), base({ name: 'b' })], { database: 'b', maxWaiting: 0 }).is).toBe('good');
});

test('P1: a database that pgbouncer does not know is told', () => {
  expect(judgePools([], [base()], { database: 'gone', maxWaiting: 0 })).toMatchObject({ is: 'bad' });
});
