import type { IncomingMessage } from 'node:http';
import { OpsError } from '@yoban/shared/errors';

/** An event with all labels of its container is a few KiB. */
const lineMaxChars = 256 * 1024;

/** The lines of an answer without end, as they come. @throws when the answer is cut, or a line has no end. */
export async function* engineLines(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const text of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineMaxChars)
      throw new OpsError('SUPERVISOR_UNAVAILABLE', `a line over ${lineMaxChars} characters`);
    yield* lines;
  }
}
