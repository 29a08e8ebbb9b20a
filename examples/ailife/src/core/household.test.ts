import { expect, test } from 'vitest';
import { afterReply, importanceOf, parseReply } from './household.ts';

const john = { name: 'John', activity: 'cooking', mood: 72 };

test('A.4: a model’s answer is read as the JSON it was asked for, else as plain words', () => {
  expect(parseReply('{"activity":"reading","mood":85.4,"say":"hm"}')).toEqual({
    activity: 'reading',
    mood: 85,
    say: 'hm',
  });
  expect(parseReply('Good morning!')).toEqual({ say: 'Good morning!' });
  expect(parseReply('{"activity":7,"mood":101,"say":null}')).toEqual({ say: '' });
  expect(parseReply('null')).toEqual({ say: 'null' });
  expect(parseReply('x'.repeat(9_999)).say).toHaveLength(500);
});

test('A.4: without a new idea all stays; nobody has a mood in sleep', () => {
  expect(afterReply(john, { say: '' })).toEqual(john);
  expect(afterReply(john, { activity: 'sleeping', mood: 9, say: '' })).toEqual({
    name: 'John',
    activity: 'sleeping',
    mood: null,
  });
  expect(afterReply({ ...john, mood: null }, { activity: 'cooking', say: '' }).mood).toBe(60);
});

test('O4: turns are remembered with an importance of at least 0.5, small talk with less', () => {
  expect(importanceOf('cycle', { say: '' })).toBe(0.5);
  expect(importanceOf('cycle', { mood: 100, say: '' })).toBe(1);
  expect(importanceOf('chat', { mood: 0, say: '' })).toBeLessThan(0.5);
});
