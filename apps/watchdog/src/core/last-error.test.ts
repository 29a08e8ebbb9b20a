import { expect, test } from 'vitest';
import { lastErrorOf, redact } from './last-error.ts';

test('the line that names the error wins over the stack and the banner below it', () => {
  const log = [
    'Error: an old one',
    '2026-03-11 15:30:00 +09:00: TypeError: cannot read "mood" of undefined',
    '2026-03-11 15:30:00 +09:00:     at refuse (file:///app/failed.js:10:3)',
    '    at process.processTicksAndRejections (node:internal)',
    '',
    'Node.js v24.1.0',
    '',
  ].join('\n');
  expect(lastErrorOf(log)).toBe('TypeError: cannot read "mood" of undefined');
});

test('a log without an error gives its last line, an empty one gives nothing', () => {
  expect(lastErrorOf('\u001b[31mbye\u001b[0m\n\n')).toBe('bye');
  expect(lastErrorOf('\n \n')).toBeNull();
  expect(lastErrorOf(`Error: ${'x '.repeat(400)}`)).toHaveLength(300);
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
