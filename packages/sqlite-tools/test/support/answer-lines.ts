import { createInterface } from 'node:readline';
import { asOpsError } from '@yoban/shared/errors';

/** The other end of `startParty`: `answer` gets each line; a failure is answered with its code and message. */
export async function answerLines(answer: (line: string) => unknown): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      console.log(line === 'ready?' ? 'ready' : await answer(line));
    } catch (error) {
      const { code, message } = asOpsError(error);
      console.log(`${code}: ${message}`);
    }
  }
}
