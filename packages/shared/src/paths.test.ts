import { expect, test } from 'vitest';
import { socketPath } from './paths.ts';

test('a socket path over 90 bytes moves to a short folder that the same home always gets', () => {
  expect(socketPath('/h/run', 'a.sock')).toBe('/h/run/a.sock');
  const long = `/${'x'.repeat(100)}`;
  expect(socketPath(long, 'a.sock')).toMatch(/\/yoban-[0-9a-f]{12}\/a\.sock$/);
  expect(socketPath(long, 'a.sock')).toBe(socketPath(long, 'a.sock'));
});
