import { expect, test } from 'vitest';
import { postgresProblem } from './postgres-problem.ts';

const at = { where: 'db.example:5432', host: 'db.example', database: 'app' };
const problem = (code: string, message: string, host = at.host) =>
  postgresProblem(Object.assign(new Error(message), { code }), { ...at, host });

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:5432', 'refused'],
  ['28P01', 'password authentication failed for user "app"', 'password'],
  ['3D000', 'database "app" does not exist', 'no_database'],
  ['08P01', 'no such database: app', 'no_database'],
  ['53300', 'sorry, too many clients already', 'too_many'],
  ['08P01', 'no more connections allowed (max_client_conn)', 'too_many'],
  ['XX000', 'MaxClientsInSessionMode: max clients reached', 'pool_exhausted'],
  ['08P01', 'query_wait_timeout', 'pool_exhausted'],
  ['08P01', 'server login has been failing, try again later (server_login_retry)', 'no_server'],
  ['XX000', 'Tenant or user not found', 'paused'],
  ['57P03', 'the database system is starting up', 'starting'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'tls'],
  ['ENOENT', 'connect ENOENT /run/postgresql/.s.PGSQL.5432', 'refused'],
  ['ENOENT', "ENOENT: no such file or directory, open '/ca.pem'", 'no_file'],
  ['', 'Connection terminated unexpectedly', 'broken'],
  ['XX000', 'something new', 'other'],
])('P1: %s "%s" is %s', (code, message, trouble) => {
  expect(problem(code, message).trouble).toBe(trouble);
});

test('P1: a host of Supabase that is gone is a project that is paused; another one is a name', () => {
  const gone = 'getaddrinfo ENOTFOUND';
  expect(problem('ENOTFOUND', gone, 'db.abc.supabase.co')).toEqual({
    trouble: 'paused',
    detail: 'the name db.abc.supabase.co cannot be resolved: the project is paused or deleted',
  });
  expect(problem('ENOTFOUND', gone).trouble).toBe('no_host');
  expect(problem('ENOTFOUND', gone, 'notsupabase.co').trouble).toBe('no_host');
});

test('what a server says at length is cut', () => {
  expect(problem('57P03', 'x'.repeat(1_000)).detail).toHaveLength(200);
});
