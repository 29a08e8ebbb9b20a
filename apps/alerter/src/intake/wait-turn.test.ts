import { expect, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { createTurns } from './wait-turn.ts';

const raise = (id: string, service: string) => fullEvent({ id, service });

test('A5: an event of the bus waits for what the door took of its alert, and for nothing else', async () => {
  let waiting = [raise('later', 'a'), raise('other', 'b')];
  const turn = createTurns(() => waiting);
  const done: string[] = [];
  const turns = ['a', 'c'].map((service) => turn(raise('earlier', service)).then(() => done.push(service)));
  await turns[1];
  expect(done).toEqual(['c']);
  waiting = waiting.slice(1);
  await turns[0];
  expect(done).toEqual(['c', 'a']);
});

test('A5: who waits in vain hears so', async () => {
  const turn = createTurns(() => [raise('stuck', 'a')], 1);
  expect([await turn(raise('later', 'a')), await turn(raise('other', 'b'))]).toEqual([false, true]);
});
