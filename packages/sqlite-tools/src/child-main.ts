import { once } from 'node:events';
import { asOpsError } from '@yoban/shared/errors';
import type { ChildMessage } from './run-child.ts';

export interface ChildContext {
  note(value: unknown): void;
  /** What the parent says after the request. */
  nextText: Promise<string>;
}

const send = (message: ChildMessage): Promise<void> =>
  new Promise((resolve) => {
    if (!process.send) resolve();
    else process.send(JSON.stringify(message), undefined, undefined, () => resolve());
  });

/**
 * The frame of every child: one request in, notes and one outcome out. It dies with its parent; a job that outlived the
 * process which asked for it would hold locks that nobody waits for.
 */
export async function childMain<Request>(job: (request: Request, context: ChildContext) => unknown): Promise<void> {
  process.on('disconnect', () => process.exit(1));
  const [text] = await once(process, 'message');
  const nextText = once(process, 'message').then(([next]) => String(next));
  const note = (value: unknown) => void send({ type: 'note', value });
  try {
    const request: Request = JSON.parse(String(text));
    const value = await job(request, { note, nextText });
    await send({ type: 'done', value: value ?? null });
  } catch (error) {
    const { code, message, hint, fields } = asOpsError(error);
    await send({ type: 'failed', code, message, hint, fields });
  }
  process.exit(0);
}
