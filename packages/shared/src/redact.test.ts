import { expect, test } from 'vitest';
import { redact, redactorOf } from './redact.ts';

test.each([
  ['Authorization: Bearer abcdef123456', 'abcdef123456'],
  ['"authorization": "Digest username=me, response=77aa"', '77aa'],
  ['curl -H "X-API-Key: k-123" http://a', 'k-123'],
  ['DB_PASSWORD=hunter2 node app', 'hunter2'],
  ['{"token": "t0p", "a": 1}', 't0p'],
  ['psql postgres://me:hunter2@db/x', 'hunter2'],
  ['mysqldump --password hunter2 shop', 'hunter2'],
  ['post https://hooks.slack.com/services/T0/B0/xyz', 'T0/B0'],
  ['AWS_SECRET_ACCESS_KEY=abc/def', 'abc/def'],
  ['Set-Cookie: sid=1234; Path=/', '1234'],
  ['Cookie: sid=1234', '1234'],
  ['key 0123456789abcdef0123456789abcdef01234567 used', '0123456789abcdef'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', 'MIIE'],
])('P7: a secret in "%s" is taken out', (text, secret) => {
  expect(redact(text)).not.toContain(secret);
  expect(redact(text)).toContain('[redacted]');
});

test.each([
  ['failed: https://hooks.slack.com/services/T0/B0/abc', 'failed: [redacted]'],
  ['connect redis://user:hunter2@db:6379 failed', 'connect redis://[redacted]@db:6379 failed'],
  ['{"authorization":"Bearer abcdef123456"}', '{"authorization":[redacted]}'],
  ['api_key=abc123; retry', 'api_key=[redacted]; retry'],
  [`token is ${'a1'.repeat(24)} now`, 'token is [redacted] now'],
  ['nothing secret at 127.0.0.1:3000', 'nothing secret at 127.0.0.1:3000'],
])('secrets are taken out of %s', (text, clean) => {
  expect(redact(text)).toBe(clean);
});

test.each([
  'GET /api/health 200 in 12 ms',
  'Error: connect ECONNREFUSED 127.0.0.1:3000 at Socket (net.js:1)',
  'pid 4711 node server.js --port 8080',
  'http://127.0.0.1:3000/api/health answers 503',
])('ordinary text stays: %s', (text) => expect(redact(text)).toBe(text));

test('P7: the values of secret variables go wherever they stand, those of others stay', () => {
  const clean = redactorOf({
    ADMIN_API_KEY: 'swordfish',
    SHORT_TOKEN: 'abc',
    HOME: '/home/me',
    LOG_LEVEL: 'verbose',
    HEALTH_URL: 'http://a/health',
  });
  expect(clean('it said swordfish in /home/me, verbose abc http://a/health')).toBe(
    'it said [redacted] in /home/me, verbose abc http://a/health',
  );
});

test('a long text is done in no time, whatever it holds', () => {
  const text = `${'password '.repeat(20_000)}${'a'.repeat(200_000)}${'http://x'.repeat(20_000)}`;
  const began = performance.now();
  redact(text);
  expect(performance.now() - began).toBeLessThan(2_000);
});
