import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type IngestTokens, readIngestTokens } from '@yoban/shared/config/ingest-config';
import { type KitConfig, readKitConfig, type ServiceConfig } from '@yoban/shared/config/kit-config';
import { productionNeeds } from '@yoban/shared/config/production-needs';
import { readSecret, requireInProduction } from '@yoban/shared/config/secrets';
import { hasErrno } from '@yoban/shared/errors';
import { type Kickers, readKickers } from '@yoban/shared/kick/read-kickers';
import { makeFolder } from '@yoban/shared/make-folder';
import { type PingTokens, readPingTokens } from '@yoban/shared/pings/read-ping-tokens';
import type { ServiceSettings } from './core/observed.ts';

export interface HealthApiConfig {
  kit: KitConfig;
  adminKey: string;
  /** Which service a report's token stands for. */
  services: ServiceSettings[];
  primary: ServiceSettings;
  appTokens: ReadonlyMap<string, string>;
  /** Whoever else may bring alerts in. */
  ingest: IngestTokens;
  /** Whoever may ask for repairs. */
  kicks: Kickers;
  /** What jobs report with. */
  pings: PingTokens;
  storeFile: string;
  dashboardDir: string;
  version: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads what health-api needs. In trial mode a missing admin key is made and kept in `$YOBAN_HOME/keys/admin_api_key`.
 * @throws OpsError CONFIG_INVALID, CONFIG_MISSING_ENV (production without ADMIN_API_KEY or REDIS_URL)
 */
export function readHealthApiConfig(env: Variables, cwd: string): HealthApiConfig {
  const kit = readKitConfig(env, cwd);
  const givenKey = readSecret({ env: 'ADMIN_API_KEY' }, env);
  requireInProduction('health-api', kit.env.mode, productionNeeds(kit, env)['health-api']);
  const services = Object.keys(kit.config.services).map((name) => settingsOf(kit, name));
  return {
    kit,
    adminKey: givenKey ?? keptKey(path.join(kit.paths.keys, 'admin_api_key')),
    services,
    primary: services.find((one) => one.name === kit.primary) ?? settingsOf(kit, kit.primary),
    appTokens: readAppTokens(kit, env),
    ingest: readIngestTokens(kit.config, env),
    kicks: readKickers(kit.config, env),
    pings: readPingTokens(kit.config, env),
    storeFile: path.join(kit.paths.state, 'health.sqlite'),
    dashboardDir: path.resolve(import.meta.dirname, '..', '..', 'dashboard', 'dist'),
    version: readVersion(),
  };
}

function settingsOf(kit: KitConfig, name: string): ServiceSettings {
  const service = kit.config.services[name];
  return {
    name,
    displayName: service?.displayName ?? name,
    reportEveryMs: service?.report?.every ?? null,
    parts: service?.report?.parts ?? [],
    supervised: service !== undefined && service.supervisor.kind !== 'none',
    memoryLimitMb: service?.limits.memoryMb ?? 512,
    tipQueueLimit: service?.limits.tipQueue ?? 50,
    databases: kit.config.databases.filter((db) => db.service === name).map((db) => db.name),
    probes: probesOf(service),
  };
}

/** Without faults and kicks nobody runs the policy, and nobody looks. */
function probesOf(service: ServiceConfig | undefined): ServiceSettings['probes'] {
  if (!service || (Object.keys(service.faults).length === 0 && !service.kick)) return [];
  return Object.entries(service.probes).map(([name, { type }]) => ({ name, type }));
}

/** Token → service. One token for two services stands for the first; the trial's generated token lies in the keys folder. */
function readAppTokens(kit: KitConfig, env: Variables): Map<string, string> {
  const tokens = new Map<string, string>();
  for (const [name, service] of Object.entries(kit.config.services)) {
    if (!service.report) continue;
    const { token: ref } = service.report;
    const trialDefault = kit.env.mode === 'trial' && 'env' in ref && ref.env === 'YOBAN_APP_TOKEN';
    const token = readSecret(ref, env) ?? (trialDefault ? keptKey(path.join(kit.paths.keys, 'app_token')) : null);
    if (token && !tokens.has(token)) tokens.set(token, name);
  }
  return tokens;
}

/** The key in `file`, made on first use. `wx` decides who makes it when two processes start at once. */
function keptKey(file: string): string {
  makeFolder(path.dirname(file), { mode: 0o700 });
  try {
    writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

function readVersion(): string {
  const text = readFileSync(path.resolve(import.meta.dirname, '..', 'package.json'), 'utf8');
  const parsed: { version?: unknown } = JSON.parse(text);
  return typeof parsed.version === 'string' ? parsed.version : '0.0.0';
}
