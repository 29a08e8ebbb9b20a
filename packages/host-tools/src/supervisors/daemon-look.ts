import { asOpsError } from '@yoban/shared/errors';
import type { DaemonLook } from './supervisor.ts';

const states: Record<string, DaemonLook['state']> = { gone: 'down', missing: 'down', refused: 'down', silent: 'hung' };

/** A supervisor that is reached by asking it something harmless: what became of the question says how it does. */
export async function daemonOf(ask: () => Promise<unknown>): Promise<DaemonLook> {
  try {
    await ask();
    return { state: 'up', detail: 'it answers' };
  } catch (thrown) {
    const { message, fields } = asOpsError(thrown);
    return { state: states[String(fields.reach)] ?? 'unknown', detail: message };
  }
}
