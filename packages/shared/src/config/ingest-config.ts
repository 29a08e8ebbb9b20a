import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { Name, SecretRef } from './fields.ts';
import { readSecret } from './secrets.ts';

/** Who may bring alerts in besides whoever has the admin key. */
export const ingestSettings = {
  /** A token that opens `/api/v2` and nothing else: what Prometheus and amtool are given. */
  ingest: z.strictObject({ token: SecretRef }).optional(),
  /** Senders in Slack's shape, each with a token that is part of its address, and the service its alerts are about (else: its own name). */
  hooks: z.record(Name, z.strictObject({ token: SecretRef, service: Name.optional() })).default({}),
};

type Variables = Readonly<Record<string, string | undefined>>;

interface IngestInConfig {
  alerts: {
    ingest?: { token: SecretRef } | undefined;
    hooks: Readonly<Record<string, { token: SecretRef; service?: string | undefined }>>;
  };
}

export interface Hook {
  name: string;
  token: string;
  service: string;
}

export interface IngestTokens {
  ingest: string | null;
  hooks: Hook[];
  /** Hooks whose token is not set: said once, then left out. */
  skipped: { hook: string; missing: string }[];
}

/** A token in an address or a scraper's file is all that keeps strangers from waking people. */
const tokenMinLength = 16;

/**
 * Tokens for alerts from outside. One that is not set closes its way in.
 * @throws OpsError CONFIG_INVALID when one is shorter than 16 characters, stands for two hooks, or its file cannot be read
 */
export function readIngestTokens({ alerts }: IngestInConfig, env: Variables): IngestTokens {
  const ingest = alerts.ingest ? readToken(alerts.ingest.token, env) : null;
  const hooks: Hook[] = [];
  const skipped: IngestTokens['skipped'] = [];
  for (const [name, { token: ref, service }] of Object.entries(alerts.hooks)) {
    const token = readToken(ref, env);
    const twin = hooks.find((one) => one.token === token);
    if (twin) throw invalid(`the hooks ${twin.name} and ${name} have the same token`);
    if (token === null) skipped.push({ hook: name, missing: sourceOf(ref) });
    else hooks.push({ name, token, service: service ?? name });
  }
  return { ingest, hooks, skipped };
}

/** What production needs of this, by the name of its variable or file. */
export function ingestNeeds({ alerts }: IngestInConfig, env: Variables): Record<string, string | null> {
  const refs = [...(alerts.ingest ? [alerts.ingest] : []), ...Object.values(alerts.hooks)].map(({ token }) => token);
  return Object.fromEntries(refs.map((ref) => [sourceOf(ref), readSecret(ref, env)]));
}

const sourceOf = (ref: SecretRef): string => ('env' in ref ? ref.env : ref.file);

function readToken(ref: SecretRef, env: Variables): string | null {
  const token = readSecret(ref, env) || null;
  if (token !== null && token.length < tokenMinLength)
    throw invalid(`${sourceOf(ref)} has fewer than ${tokenMinLength} characters`);
  return token;
}

const invalid = (problem: string): OpsError =>
  new OpsError('CONFIG_INVALID', problem, { hint: 'Make one with: openssl rand -hex 24' });
