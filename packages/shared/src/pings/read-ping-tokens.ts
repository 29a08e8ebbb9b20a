import type { SecretRef } from '../config/fields.ts';
import { readSecret, secretName } from '../config/secrets.ts';
import { OpsError } from '../errors.ts';
import type { ProbeConfig } from '../policy/probe-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

export interface PingTokens {
  tokens: string[];
  /** Heartbeats whose token is not set, as `service.probe`: said once, then left out. */
  skipped: { probe: string; missing: string }[];
}

interface HeartbeatsInConfig {
  services: Readonly<Record<string, { probes: Readonly<Record<string, ProbeConfig>> }>>;
}

/** It stands in an address and is all that keeps a stranger from saying that a job ran. */
const tokenMinLength = 16;

/**
 * The tokens that jobs report with, of all probes of type `heartbeat`. Two probes may share one.
 * @throws OpsError CONFIG_INVALID when one is shorter than 16 characters, does not fit into an address, or its file cannot be read
 */
export function readPingTokens({ services }: HeartbeatsInConfig, env: Variables): PingTokens {
  const tokens = new Set<string>();
  const skipped: PingTokens['skipped'] = [];
  for (const [service, { probes }] of Object.entries(services)) {
    for (const [name, probe] of Object.entries(probes)) {
      if (probe.type !== 'heartbeat') continue;
      const token = readToken(probe.token, env);
      if (token === null) skipped.push({ probe: `${service}.${name}`, missing: secretName(probe.token) });
      else tokens.add(token);
    }
  }
  return { tokens: [...tokens], skipped };
}

function readToken(ref: SecretRef, env: Variables): string | null {
  const token = readSecret(ref, env) || null;
  if (token === null || (token.length >= tokenMinLength && /^[\w.~-]+$/.test(token))) return token;
  const problem = `${secretName(ref)} is no token for an address: at least ${tokenMinLength} letters, digits, - and _`;
  throw new OpsError('CONFIG_INVALID', problem, { hint: 'Make one with: openssl rand -hex 24' });
}
