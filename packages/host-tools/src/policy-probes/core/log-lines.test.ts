import { expect, test } from 'vitest';
import { createAge, createLineSplitter, lineTime } from './log-lines.ts';
import { keptHits, summariseHits } from './log-record.ts';

const at = Date.parse('2026-03-11T15:30:00.000+09:00');

test.each([
  ['2026-03-11 15:30:00 +09:00: it broke', at],
  ['2026-03-11T06:30:00.000Z it broke', at],
  ['[2026-03-11T15:30:00.250+0900] it broke', at + 250],
  ['2026-03-11 15:30:00,250 +09:00 it broke', at + 250],
  [`{"level":50,"time":${at},"msg":"it broke"}`, at],
  ['{"level":"error","time":"2026-03-11T06:30:00.000Z"}', at],
  ['    at Object.<anonymous> (game.js:1:1)', null],
  ['2026-99-11 15:30:00 +09:00 no such month', null],
])('the time of %s', (line, expected) => {
  expect(lineTime(line)).toBe(expected);
});

test('a time without a zone is of this machine', () => {
  expect(lineTime('2026-03-11 15:30:00 it broke')).toBe(new Date(2026, 2, 11, 15, 30).getTime());
});

test('a line without a time belongs to the one above it', () => {
  const counts = createAge(at, false);
  const lines = ['  lost head', '2026-03-11T06:29:59Z old', '  its stack', '2026-03-11T06:30:00Z new', '  its stack'];
  expect(lines.map(counts)).toEqual([false, false, false, true, true]);
});

test('V4: bytes become the same lines wherever they are cut, signs of several bytes too', () => {
  const text = '最初の行\nSQLITE_CORRUPT: データベース\n\nlast';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size += 1) {
    const splitter = createLineSplitter();
    const lines: string[] = [];
    for (let from = 0; from < bytes.length; from += size)
      lines.push(...splitter.push(bytes.subarray(from, from + size)));
    expect([...lines, splitter.rest().text]).toEqual(text.split('\n'));
    expect(splitter.rest().bytes).toBe(4);
  }
});

test('V4: hits are told by their number, with those of a day beside, and are kept for a day or since the start', () => {
  const hour = 3_600_000;
  const hits = [
    { at: at - 30 * hour, pattern: 'ERROR', count: 9 },
    { at: at - 5 * hour, pattern: 'ERROR', count: 2 },
    { at, pattern: 'ERROR', count: 1 },
    { at, pattern: 'FATAL', count: 3 },
  ];
  expect(summariseHits(keptHits(hits, at, at), at, at)).toEqual({
    count: 4,
    detail: '"FATAL" 3 times, "ERROR" once (6 in 24 h)',
  });
  expect(summariseHits(keptHits(hits, at - 40 * hour, at), at - 40 * hour, at).count).toBe(15);
  expect(summariseHits([], at, at)).toEqual({ count: 0, detail: 'nothing seen' });
});
