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

/** Whole lines out of what comes in pieces. `tooLong` once the line that is coming in can no longer be one of ours. */
export function takeLines(held: string, piece: string): { lines: string[]; rest: string; tooLong: boolean } {
  const lines = `${held}${piece}`.split('\n');
  const rest = lines.pop() ?? '';
  const tooLong = [...lines, rest].some((line) => line.length >= lineMaxBytes);
  return { lines: lines.filter((line) => line.trim() !== ''), rest, tooLong };
}
