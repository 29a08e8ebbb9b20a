import type { SecretRef } from '../config/fields.ts';
import { readSecret } from '../config/secrets.ts';
import { OpsError } from '../errors.ts';
import type { KickConfig } from '../policy/fault-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** One service that may be kicked: by whom, and for what. */
export interface Kicker {
  service: string;
  /** The token, and the one before it while that still counts. */
  tokens: string[];
  allow: readonly string[];
  sourcePattern: string;
}

export interface Kickers {
  kickers: Kicker[];
  /** Services whose token is not set: said once, then left out. */
  skipped: { service: string; missing: string }[];
}

interface KickInConfig {
  services: Readonly<Record<string, { kick?: KickConfig | undefined }>>;
}

/** As much as nobody guesses; a kick restarts what people depend on. */
const tokenMinLength = 32;

/**
 * The services that may be kicked (W6). Without a `kick` section, or with its token unset, a service cannot be.
 * @throws OpsError CONFIG_INVALID when a token is shorter than 32 characters or its file cannot be read
 */
export function readKickers({ services }: KickInConfig, env: Variables): Kickers {
  const kickers: Kicker[] = [];
  const skipped: Kickers['skipped'] = [];
  for (const [service, { kick }] of Object.entries(services)) {
    if (!kick) continue;
    const token = readToken(kick.token, env);
    const old = kick.oldToken ? readToken(kick.oldToken, env) : null;
    if (token === null) skipped.push({ service, missing: nameOf(kick.token) });
    else
      kickers.push({
        service,
        tokens: old === null ? [token] : [token, old],
        allow: kick.allow,
        sourcePattern: kick.sourcePattern,
      });
  }
  return { kickers, skipped };
}

const nameOf = (ref: SecretRef): string => ('env' in ref ? ref.env : ref.file);

function readToken(ref: SecretRef, env: Variables): string | null {
  const token = readSecret(ref, env) || null;
  if (token === null || token.length >= tokenMinLength) return token;
  throw new OpsError('CONFIG_INVALID', `${nameOf(ref)} has fewer than ${tokenMinLength} characters`, {
    hint: 'Make one with: openssl rand -hex 24',
  });
}
