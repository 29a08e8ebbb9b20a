import { expect, test } from 'vitest';
import { readRequest, takeLines } from './read-request.ts';

test.each([
  ['{"id":"1","do":"stop"}', { id: '1', do: 'stop' }],
  ['{"id":"1","do":"status","more":true}', { id: '1', do: 'status' }],
  ['{"id":"7","do":"dance"}', { id: '7', problem: expect.stringContaining('status, stop, start, restart, watch') }],
  ['{"do":"stop"}', { id: '', problem: expect.stringContaining('id') }],
  [`{"id":"${'x'.repeat(65)}","do":"stop"}`, { id: '', problem: expect.stringContaining('64') }],
  ['null', { id: '', problem: expect.any(String) }],
  ['[', { id: '', problem: 'not JSON' }],
])('a line of a client: %s', (line, read) => expect(readRequest(line)).toEqual(read));

test('lines come in pieces', () => {
  const bytes = (text: string) => Buffer.from(text);
  const taken = takeLines(bytes('{"id"'), bytes(':"1"}\n\n{"id"'));
  expect(taken).toEqual({ lines: ['{"id":"1"}'], rest: bytes('{"id"'), tooLong: false });
  const word = bytes('"終"\n');
  expect(takeLines(takeLines(Buffer.alloc(0), word.subarray(0, 2)).rest, word.subarray(2)).lines).toEqual(['"終"']);
});

test('a line is as long as its bytes, and one that is too long is not held', () => {
  const held = Buffer.from('x'.repeat(8_000));
  expect(takeLines(held, Buffer.from('x'.repeat(191))).tooLong).toBe(false);
  const over = { lines: [], rest: Buffer.alloc(0), tooLong: true };
  expect(takeLines(held, Buffer.from('x'.repeat(192)))).toEqual(over);
  expect(takeLines(Buffer.alloc(0), Buffer.from('終'.repeat(2_731)))).toEqual(over);
  expect(takeLines(Buffer.alloc(0), Buffer.from(`a\n${'終'.repeat(2_731)}\nb\n`))).toEqual({ ...over, lines: ['a'] });
});
