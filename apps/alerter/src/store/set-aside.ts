import { DAY } from '@yoban/shared/contracts/time';
import type { Log } from '@yoban/shared/logger';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { keyPrefix } from './lua-script.ts';

export interface Unreadable {
  kind: 'record' | 'notice' | 'document' | 'fact';
  /** Its name below its own kind. */
  id: string;
  /** What Redis holds of it. */
  raw: string;
  error: z.ZodError;
}

/** Keeps what cannot be read for whoever looks into it, and says so; the caller takes it out of the way. */
export type SetAside = (one: Unreadable) => Promise<void>;

/** Long enough for somebody to come back from holidays. */
const keptMs = 30 * DAY;
const problemMaxChars = 200;

/** Unreadable values move to `{a}:unreadable:<kind>:<id>`: one that nobody can read must not stop those behind it. */
export const createSetAside =
  (redis: Redis, log: Log): SetAside =>
  async ({ kind, id, raw, error }) => {
    const key = `${keyPrefix}unreadable:${kind}:${id}`;
    await redis.set(key, raw, 'PX', keptMs);
    const problem = error.issues[0]?.message.slice(0, problemMaxChars);
    log.error({ event: `${kind}.unreadable`, code: 'UNEXPECTED', id, key, problem });
  };
