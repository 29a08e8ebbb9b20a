import { expect, test } from 'vitest';
import { deadManNeeds, readDeadManPing } from './dead-man-config.ts';

const config = { alerts: { deadManPing: { url: { env: 'PING_URL' }, every: 60_000 } } };

test('the address of the dead-man ping is a secret, needed in production once it is configured', () => {
  expect(readDeadManPing({ alerts: {} }, {})).toBeNull();
  expect(readDeadManPing(config, {})).toBeNull();
  expect(deadManNeeds(config, {})).toEqual({ PING_URL: null });
  expect(deadManNeeds({ alerts: {} }, {})).toEqual({});
  const url = 'https://hc.example/ping/secret';
  expect(readDeadManPing(config, { PING_URL: url })).toEqual({ url, everyMs: 60_000 });
});

test('what is no address is refused by its variable and not repeated', () => {
  for (const bad of ['hidden', 'ftp://hidden/']) {
    expect(() => readDeadManPing(config, { PING_URL: bad })).toThrow(/^PING_URL(?!.*hidden)/);
  }
});
