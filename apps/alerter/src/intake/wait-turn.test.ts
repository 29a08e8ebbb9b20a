import { expect, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { alertKey } from '../core/alert-key.ts';
import { createTurns } from './wait-turn.ts';

const raise = (id: string, service: string) => fullEvent({ id, service });
const keyOf = (service: string) => alertKey(raise('', service));

test('A5: an event of the bus waits for what the door took of its alert, and for nothing else', async () => {
  let keys = new Set(['a', 'b'].map(keyOf));
  const turn = createTurns({ keys: () => keys, isInVain: () => false });
  const done: string[] = [];
  const turns = ['a', 'c'].map((service) => turn(raise('earlier', service)).then(() => done.push(service)));
  await turns[1];
  expect(done).toEqual(['c']);
  keys = new Set([keyOf('b')]);
  await turns[0];
  expect(done).toEqual(['c', 'a']);
});

test('A5: who waits in vain hears so', async () => {
  const turn = createTurns({ keys: () => new Set([keyOf('a')]), isInVain: () => true });
  expect([await turn(raise('later', 'a')), await turn(raise('other', 'b'))]).toEqual([false, true]);
});

test('A5: a spool that cannot be read fails who asks, not the start, and serves again when it can', async () => {
  let keys = (): ReadonlySet<string> => {
    throw new Error('EACCES');
  };
  const turn = createTurns({ keys: () => keys(), isInVain: () => false });
  await expect(turn(raise('first', 'a'))).rejects.toThrow('EACCES');
  keys = () => new Set();
  expect(await turn(raise('first', 'a'))).toBe(true);
});
