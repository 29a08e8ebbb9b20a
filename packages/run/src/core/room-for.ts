const newline = 0x0a;

export interface LogFill {
  /** Bytes in the file. */
  size: number;
  /** Its last byte ends a line, or it is empty. */
  endsLine: boolean;
}

/**
 * How many bytes of `chunk` still go into a file that may hold `limit`; the rest belongs into the next one. The cut is at the
 * end of a line, so that none is torn apart, even where that passes the limit; a line as long as two files is cut anywhere.
 */
export function roomFor(chunk: Buffer, { size, endsLine }: LogFill, limit: number): number {
  if (size + chunk.length <= limit) return chunk.length;
  const room = Math.max(0, limit - size);
  const lastInside = room > 0 ? chunk.lastIndexOf(newline, room - 1) : -1;
  if (lastInside >= 0) return lastInside + 1;
  if (endsLine && size > 0) return 0;
  const firstBeyond = chunk.indexOf(newline, room);
  if (firstBeyond >= 0) return firstBeyond + 1;
  return size >= 2 * limit ? 0 : chunk.length;
}
