import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roomFor } from './room-for.ts';

test('a file is cut at the end of a line', () => {
  const chunk = Buffer.from('aaaa\nbbbb\ncccc\n');
  expect(roomFor(chunk, { size: 0, endsLine: true }, 100)).toBe(15);
  expect(roomFor(chunk, { size: 0, endsLine: true }, 12)).toBe(10);
  expect(roomFor(chunk, { size: 90, endsLine: true }, 92)).toBe(0);
  // The line begun in this file is finished in it.
  expect(roomFor(chunk, { size: 90, endsLine: false }, 92)).toBe(5);
  expect(roomFor(Buffer.from('no end'), { size: 90, endsLine: false }, 92)).toBe(6);
  expect(roomFor(Buffer.from('no end'), { size: 190, endsLine: false }, 92)).toBe(0);
});

test('every byte goes into some file, in order, and no line shorter than a file is torn', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 30 }).map((text) => `${text}\n`);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 200 }), (lines, pieceLength) => {
      const all = Buffer.from(lines.join(''));
      const files = [''];
      for (let at = 0; at < all.length; at += pieceLength) {
        let rest = all.subarray(at, at + pieceLength);
        while (rest.length > 0) {
          const file = files.at(-1) ?? '';
          const count = roomFor(rest, { size: file.length, endsLine: file === '' || file.endsWith('\n') }, 64);
          files[files.length - 1] = file + rest.subarray(0, count).toString();
          rest = rest.subarray(count);
          if (rest.length > 0) files.push('');
        }
      }
      expect(files.join('')).toBe(all.toString());
      for (const file of files.slice(0, -1)) expect(file.endsWith('\n')).toBe(true);
      for (const file of files) expect(file.length).toBeLessThan(64 + 31);
    }),
  );
});
