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
  expect(takeLines('{"id"', ':"1"}\n\n{"id"')).toEqual({ lines: ['{"id":"1"}'], rest: '{"id"', tooLong: false });
  expect(takeLines('x'.repeat(8_000), 'x'.repeat(192)).tooLong).toBe(true);
});
