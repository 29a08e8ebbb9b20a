import { expect, test } from 'vitest';
import { lastErrorOf } from './last-error.ts';

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
