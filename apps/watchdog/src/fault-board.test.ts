import { expect, test } from 'vitest';
import { createFaultBoard } from './fault-board.ts';

test('what was open or coming is just over for a while, and only what was', () => {
  let now = 1_000;
  const board = createFaultBoard(() => now);
  board.set('a', 'process/a', 'process_down', 'none');
  expect(board.justOver('a', 15_000)).toEqual(new Set());
  board.set('a', 'process/a', 'process_down', 'coming');
  board.set('a', 'process/a', 'process_down', 'open');
  expect(board.justOver('a', 15_000)).toEqual(new Set());
  board.set('a', 'process/a', 'process_down', 'none');
  now += 10_000;
  board.set('a', 'process/a', 'process_down', 'none');
  expect(board.justOver('a', 15_000)).toEqual(new Set(['process_down']));
  expect(board.justOver('b', 15_000)).toEqual(new Set());
  now += 5_000;
  expect(board.justOver('a', 15_000)).toEqual(new Set());
});
