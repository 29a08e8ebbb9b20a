import { HOUR } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { asideName, surplusSets } from './set-aside-name.ts';

const at = { nowMs: Date.UTC(2026, 2, 11, 6), zone: 'Asia/Tokyo' };

test('R3: a set gets the second of its moment, or the next free one', () => {
  const first = asideName('game.sqlite', 'pre_restore', at, []);
  expect(first).toBe('game.sqlite.pre_restore_20260311_150000');
  expect(asideName('game.sqlite', 'corrupted', at, [first])).toBe('game.sqlite.corrupted_20260311_150001');
});

test("R3: only this database's sets over the newest three go, and nothing that is merely named alike", () => {
  const sets = [1, 2, 3, 4, 5].map((n) => `game.sqlite.${n % 2 ? 'corrupted' : 'pre_restore'}_20260311_15000${n}`);
  const others = [
    'game.sqlite',
    'old.sqlite.pre_restore_20200101_000000',
    'game.sqlite.pre_restore_mine',
    `${sets[0]}-wal`,
  ];
  const later = { ...at, nowMs: at.nowMs + 25 * HOUR };
  expect(surplusSets('game.sqlite', later, [...others, ...sets])).toEqual([sets[1], sets[0]]);
});

test('R3: the first damaged set of the last day stays, whatever was put aside after it', () => {
  const sets = [1, 2, 3, 4, 5, 6].map((n) => `game.sqlite.${n === 1 ? 'pre_restore' : 'corrupted'}_20260311_15000${n}`);
  expect(surplusSets('game.sqlite', at, sets)).toEqual([sets[2], sets[0]]);
});
