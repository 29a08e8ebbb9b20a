import type { Tip } from '../store/tip-store.ts';

/** A platform's event as a tip; undefined when it is none, or its amount is no whole number of yen. */
export function readTip(source: string, event: unknown): Tip | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { id, sender, amountYen, message } = event as Record<string, unknown>;
  if (typeof id !== 'string' || typeof amountYen !== 'number' || !Number.isSafeInteger(amountYen) || amountYen < 0)
    return undefined;
  return {
    eventId: id.slice(0, 200),
    source,
    sender: typeof sender === 'string' ? sender.slice(0, 80) : '',
    amountYen,
    message: typeof message === 'string' ? message.slice(0, 500) : '',
  };
}
