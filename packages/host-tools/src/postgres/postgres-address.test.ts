import { expect, test } from 'vitest';
import { connectionString, postgresAddress, withDatabase } from './postgres-address.ts';

test('an address gives host, port and database, with the defaults of libpq', () => {
  expect(postgresAddress('postgres://u:p@db.example:6432/shop')).toMatchObject({
    ...{ where: 'db.example:6432', host: 'db.example', database: 'shop' },
  });
  expect(postgresAddress('postgresql://u:p@db.example')).toMatchObject({ where: 'db.example:5432', database: 'u' });
  expect(postgresAddress('postgres:///shop?host=/run/postgresql')).toMatchObject({ host: '/run/postgresql' });
});

test.each([
  ['mysql://u:p@h/d'],

  ['postgres://u:p@ss/w#rd@h/d'],
  ['postgres://u:p/w@h/d'],
  ['h:5432/d'],
])('%s is none; no part of a password is taken for a host', (url) => {
  expect(postgresAddress(url)).toBeNull();
});

test('the console of pgbouncer is at the same server', () => {
  const address = postgresAddress('postgres://u:p%40@h:6432/shop?sslmode=disable');
  expect(address && withDatabase(address, 'pgbouncer')).toBe('postgres://u:p%40@h:6432/pgbouncer?sslmode=disable');
});

test.each([['require'], ['prefer'], ['verify-ca']])('sslmode=%s means what libpq means by it', (mode) => {
  expect(connectionString(`postgres://h/d?sslmode=${mode}`)).toBe(`postgres://h/d?sslmode=${mode}&uselibpqcompat=true`);
});

test('other addresses go as they are', () => {
  for (const url of ['postgres://h/d', 'postgres://h/d?sslmode=verify-full', 'postgres://h/d?sslmode=no-verify'])
    expect(connectionString(url)).toBe(url);
});
