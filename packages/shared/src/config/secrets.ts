import { readFileSync } from 'node:fs';
import { OpsError } from '../errors.ts';
import type { SecretRef } from './fields.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The secret a reference names, without its trailing newline; null when the variable (and `<NAME>_FILE`) is unset or empty.
 * @throws OpsError CONFIG_INVALID when a file is named that cannot be read.
 */
export function readSecret(ref: SecretRef, env: Variables): string | null {
  if ('file' in ref) return readFile(ref.file, ref.file);
  const direct = env[ref.env];
  if (direct) return direct;
  const file = env[`${ref.env}_FILE`];
  return file ? readFile(file, `${ref.env}_FILE`) : null;
}

/** What a reference names, for people: the variable or the file, never the secret. */
export const secretName = (ref: SecretRef): string => ('env' in ref ? ref.env : ref.file);

function readFile(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new OpsError('CONFIG_INVALID', `the secret file ${file} (${name}) cannot be read`, { cause: error });
  }
}

/** A value given plainly or by the name of its variable; null when that is unset. */
export const readTextOrEnv = (value: string | { env: string }, env: Variables): string | null =>
  typeof value === 'string' ? value : env[value.env] || null;

/**
 * Production mode refuses to run without what a service requires, naming every one (O2).
 * @throws OpsError CONFIG_MISSING_ENV
 */
export function requireInProduction(
  service: string,
  mode: 'trial' | 'production',
  needs: Record<string, string | null>,
): void {
  if (mode === 'trial') return;
  const missing = Object.entries(needs)
    .filter(([, value]) => !value)
    .map(([name]) => name);
  if (missing.length === 0) return;
  throw new OpsError('CONFIG_MISSING_ENV', `${service} cannot run in production without ${missing.join(', ')}`, {
    fields: { missing },
  });
}
