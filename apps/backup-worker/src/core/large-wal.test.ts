import { expect, test } from 'vitest';
import { tellWal } from './large-wal.ts';

const look = (sizeBytes: number, db = 'game') => ({ db, service: 'ailife', sizeBytes, limitBytes: 256, now: 1 });

test('B2: a log over its limit is told once, and its end', () => {
  expect(tellWal(look(256), [])).toEqual({ large: [], event: null });
  expect(tellWal(look(257), [])).toMatchObject({ large: ['game'], event: { kind: 'raise', level: 'warning' } });
  expect(tellWal(look(900), ['game'])).toEqual({ large: ['game'], event: null });
  expect(tellWal(look(0), ['game'])).toMatchObject({ large: [], event: { kind: 'clear' } });
});

test('B2: of two logs that are too large the alert ends with the last', () => {
  expect(tellWal(look(257, 'chat'), ['game'])).toEqual({ large: ['game', 'chat'], event: null });
  expect(tellWal(look(10), ['game', 'chat'])).toEqual({ large: ['chat'], event: null });
  expect(tellWal(look(10, 'chat'), ['chat'])).toMatchObject({ large: [], event: { kind: 'clear' } });
});
