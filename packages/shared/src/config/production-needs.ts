import { OpsError } from '../errors.ts';
import { channelNeeds, unusableChannels } from './channel-needs.ts';
import { deadManNeeds } from './dead-man-config.ts';
import { ingestNeeds } from './ingest-config.ts';
import type { KitConfig } from './kit-config.ts';
import { readSecret } from './secrets.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Needs = Record<string, string | null>;

/** The processes of the kit that refuse to run in production without all they need. */
export type KitService = 'health-api' | 'alerter' | 'backup-worker' | 'watchdog';

export interface MissingNeeds {
  service: KitService;
  /** Names of variables, or of files that hold a secret. */
  missing: string[];
}

/**
 * What each service needs in production with its value, null where it is unset: the one place that says so (O2).
 * @throws OpsError CONFIG_INVALID when a secret's file cannot be read
 */
export function productionNeeds(kit: KitConfig, env: Variables): Record<KitService, Needs> {
  const bus = { REDIS_URL: kit.env.redisUrl };
  return {
    'health-api': {
      ADMIN_API_KEY: readSecret({ env: 'ADMIN_API_KEY' }, env),
      ...ingestNeeds(kit.config, env),
      ...bus,
    },
    alerter: { ...channelNeeds(kit.config, env), ...deadManNeeds(kit.config, env), ...bus },
    'backup-worker': bus,
    watchdog: bus,
  };
}

/** The services that would refuse to start, each with everything it lacks; none in trial mode. */
export function missingInProduction(kit: KitConfig, env: Variables): MissingNeeds[] {
  if (kit.env.mode === 'trial') return [];
  return Object.entries(productionNeeds(kit, env)).flatMap(([service, needs]) => {
    const missing = Object.keys(needs).filter((name) => !needs[name]);
    return missing.length > 0 ? [{ service: service as KitService, missing }] : [];
  });
}

/** What `npm start` brings where it is unset; a service that is started in any other way refuses without it. */
const broughtByStart = 'REDIS_URL';

/**
 * What keeps a production from running under `npm start`, a line each, and the variables missing; nothing in trial mode.
 * @throws OpsError CONFIG_INVALID when a secret's file cannot be read
 */
export function productionProblems(kit: KitConfig, env: Variables): { problems: string[]; missing: string[] } {
  if (kit.env.mode === 'trial') return { problems: [], missing: [] };
  const found = missingInProduction(kit, env).map(({ service, missing }) => ({
    service,
    missing: missing.filter((name) => name !== broughtByStart),
  }));
  const lacking = found.filter(({ missing }) => missing.length > 0);
  const unusable = unusableChannels(kit.config, env).map(
    ({ name, variable, problem }) => `alerter: ${variable} (channel ${name}): ${problem}`,
  );
  return {
    problems: [...lacking.map(({ service, missing }) => `${service}: ${missing.join(', ')}`), ...unusable],
    missing: [...new Set(lacking.flatMap(({ missing }) => missing))],
  };
}

/**
 * Refuses a production that would not run.
 * @throws OpsError CONFIG_MISSING_ENV, or CONFIG_INVALID where nothing is missing; with every line, missing ones beside their service
 */
export function refuseProduction(kit: KitConfig, env: Variables): void {
  const { problems, missing } = productionProblems(kit, env);
  if (problems.length === 0) return;
  throw new OpsError(
    missing.length > 0 ? 'CONFIG_MISSING_ENV' : 'CONFIG_INVALID',
    `in production these cannot run without what they need:\n  ${problems.join('\n  ')}`,
    { fields: { problems, missing } },
  );
}
