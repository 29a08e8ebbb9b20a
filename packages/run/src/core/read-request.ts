import { lineMaxBytes, type Request, requestKinds } from '../protocol.ts';

const idMaxLength = 64;

export type ReadRequest = Request | { problem: string; id: string };

/** One line of a client. A problem carries the id where there is one, so that the client can tell which request it was. */
export function readRequest(line: string): ReadRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'not JSON', id: '' };
  }
  if (typeof value !== 'object' || value === null) return { problem: 'not a JSON object', id: '' };
  const { id, do: kind } = value as { id?: unknown; do?: unknown };
  if (typeof id !== 'string' || id.length > idMaxLength) {
    return { problem: `id has to be a text of at most ${idMaxLength} characters`, id: '' };
  }
  const known = requestKinds.find((one) => one === kind);
  return known ? { id, do: known } : { problem: `do has to be one of ${requestKinds.join(', ')}`, id };
}

const newline = 0x0a;

/**
 * Whole lines out of what comes in pieces of bytes: a character may be cut in two. `tooLong` once a line can no longer be one of
 * ours; the lines before it are still given, and nothing of it is held.
 */
export function takeLines(held: Buffer, piece: Buffer): { lines: string[]; rest: Buffer; tooLong: boolean } {
  const bytes = held.length === 0 ? piece : Buffer.concat([held, piece]);
  const lines: string[] = [];
  let from = 0;
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
    if (end - from >= lineMaxBytes) return { lines, rest: Buffer.alloc(0), tooLong: true };
    const line = bytes.toString('utf8', from, end);
    if (line.trim() !== '') lines.push(line);
    from = end + 1;
  }
  if (bytes.length - from >= lineMaxBytes) return { lines, rest: Buffer.alloc(0), tooLong: true };
  // A copy: a view of a few bytes would keep the whole piece.
  return { lines, rest: Buffer.from(bytes.subarray(from)), tooLong: false };
}
