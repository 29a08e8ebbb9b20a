import { expect, test } from 'vitest';
import { createReadingWindow } from './reading-window.ts';

test('a rate is since the newest reading that is not just over, also between two regular looks', () => {
  const window = createReadingWindow<string>(2_000);
  expect(window.add('a', 0)).toBeNull();
  expect(window.add('b', 1_000)).toBeNull();
  expect(window.add('c', 2_500)).toEqual({ reading: 'a', at: 0 });
  expect(window.add('d', 30_000)).toEqual({ reading: 'c', at: 2_500 });
  expect(window.add('e', 30_500)).toEqual({ reading: 'c', at: 2_500 });
  expect(window.add('f', 32_000)).toEqual({ reading: 'd', at: 30_000 });
  window.forget();
  expect(window.add('g', 60_000)).toBeNull();
});
