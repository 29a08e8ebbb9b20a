import { expect, test } from 'vitest';
import { ProbeConfig } from './probe-config.ts';

const problems = (declared: object) =>
  ProbeConfig.safeParse({ type: 'postgres', url: { env: 'DATABASE_URL' }, ...declared }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  ) ?? [];

test('P1: what is asked of a database has what it needs', () => {
  expect(problems({ ask: 'tables' })).toEqual(['tables: ask: tables needs the tables that are to be read']);
  expect(problems({ ask: 'query' })).toEqual(['sql: ask: query needs the sql that should give no row']);
  expect(problems({ ask: 'tables', tables: ['users'] })).toEqual([]);
  expect(problems({ ask: 'query', sql: 'select 1 where false' })).toEqual([]);
  expect(problems({})).toEqual([]);
});
