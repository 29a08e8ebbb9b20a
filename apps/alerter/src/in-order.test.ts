import { expect, test } from 'vitest';
import { createInOrder } from './in-order.ts';

test('what has one key runs in the order it came, another key beside it', async () => {
  const inOrder = createInOrder();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = inOrder('a', async () => {
    await gate.promise;
    seen.push('a1');
  });
  const second = inOrder('a', async () => void seen.push('a2'));
  await inOrder('b', async () => void seen.push('b1'));
  gate.resolve();
  await Promise.all([first, second]);
  expect(seen).toEqual(['b1', 'a1', 'a2']);
});

test('a failure is its own: what comes behind it runs all the same', async () => {
  const inOrder = createInOrder();
  const failed = inOrder('a', () => Promise.reject(new Error('away')));
  const next = inOrder('a', () => Promise.resolve('done'));
  await expect(failed).rejects.toThrow('away');
  await expect(next).resolves.toBe('done');
});
