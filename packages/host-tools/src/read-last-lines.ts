import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const chunkBytes = 64 * 1024;
const maxBytes = 32 * 1024 * 1024;
const lineFeed = 10;

/** The last `count` lines of a file, and the offset after them. Reads from the end: a log may be larger than memory. */
export function readLastLines(file: string, count: number): { lines: string[]; endOffset: number } {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    let text = Buffer.alloc(0);
    let at = size;
    // One more line feed than lines: the one before the first of them.
    while (at > 0 && text.length < maxBytes && feedsIn(text) <= count) {
      const length = Math.min(chunkBytes, at);
      const chunk = Buffer.alloc(length);
      at -= length;
      readSync(descriptor, chunk, 0, length, at);
      text = Buffer.concat([chunk, text]);
    }
    const lines = text.toString('utf8').replace(/\n$/, '').split('\n');
    return { lines: size === 0 ? [] : lines.slice(-count), endOffset: size };
  } finally {
    closeSync(descriptor);
  }
}

function feedsIn(text: Buffer): number {
  let feeds = 0;
  for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1)) feeds += 1;
  return feeds;
}
