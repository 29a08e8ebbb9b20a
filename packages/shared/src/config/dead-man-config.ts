import { z } from 'zod';
import { MINUTE } from '../contracts/time.ts';
import { OpsError } from '../errors.ts';
import { DurationMs, SecretRef } from './fields.ts';
import { readSecret } from './secrets.ts';

/** Somebody outside who is told that alerts can still be told, and who makes a noise when that stops. */
export const deadManSettings = {
  deadManPing: z
    .strictObject({
      /** Fetched by GET: a check of Healthchecks, a push monitor of Uptime Kuma. Its address is its key. */
      url: SecretRef,
      every: DurationMs.default(MINUTE),
    })
    .optional(),
};

type Variables = Readonly<Record<string, string | undefined>>;

interface DeadManInConfig {
  alerts: { deadManPing?: { url: SecretRef; every: number } | undefined };
}

export interface DeadManPing {
  /** A secret. */
  url: string;
  everyMs: number;
}

const sourceOf = (ref: SecretRef): string => ('env' in ref ? ref.env : ref.file);

/**
 * Null where none is configured, or its address is not set.
 * @throws OpsError CONFIG_INVALID when it is no address, or its file cannot be read
 */
export function readDeadManPing({ alerts }: DeadManInConfig, env: Variables): DeadManPing | null {
  if (!alerts.deadManPing) return null;
  const { url: ref, every } = alerts.deadManPing;
  const url = readSecret(ref, env) || null;
  if (url === null) return null;
  const protocol = URL.canParse(url) ? new URL(url).protocol : null;
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new OpsError('CONFIG_INVALID', `${sourceOf(ref)} (alerts.deadManPing): it is not an http or https address`);
  }
  return { url, everyMs: every };
}

/** What production needs of this, by the name of its variable or file. */
export function deadManNeeds({ alerts }: DeadManInConfig, env: Variables): Record<string, string | null> {
  const ref = alerts.deadManPing?.url;
  return ref ? { [sourceOf(ref)]: readSecret(ref, env) } : {};
}
