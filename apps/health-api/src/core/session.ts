import { createHash, createHmac } from 'node:crypto';
import { DAY } from '@yoban/shared/contracts/time';
import { sameSecret } from '@yoban/shared/same-secret';

/** A person who logged in: `id` is random, so that one session can be ended without the others. */
export interface Session {
  id: string;
  /** Epoch ms. */
  until: number;
}

export const sessionMaxAgeMs = 7 * DAY;

/** Signed with the key itself, so sessions outlive a restart and end when the key is changed. */
const sign = (adminKey: string, text: string): string =>
  createHmac('sha256', createHash('sha256').update(`yoban session\n${adminKey}`).digest())
    .update(text)
    .digest('base64url');

/** The cookie's value: `<id>.<until>.<signature>`. */
export function sealSession(session: Session, adminKey: string): string {
  const text = `${session.id}.${session.until}`;
  return `${text}.${sign(adminKey, text)}`;
}

/** The session of a cookie, or null when it was not made by us or is over at `now`. */
export function openSession(cookie: string, adminKey: string, now: number): Session | null {
  const [id, until, signature, ...rest] = cookie.split('.');
  if (!id || !until || !signature || rest.length > 0) return null;
  if (!sameSecret(signature, sign(adminKey, `${id}.${until}`)) || Number(until) <= now) return null;
  return { id, until: Number(until) };
}
