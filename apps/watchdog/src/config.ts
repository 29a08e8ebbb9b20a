import path from 'node:path';
import { type IntakeAddress, intakeAddressOf } from '@yoban/shared/bus/alerter-intake';
import { parseRedisUrl, type RedisAddress } from '@yoban/shared/bus/connection';
import type { Locale } from '@yoban/shared/config/fields';
import {
  backupDirOf,
  type DatabaseConfig,
  type KitConfig,
  readKitConfig,
  type ServiceConfig,
} from '@yoban/shared/config/kit-config';
import { productionNeeds } from '@yoban/shared/config/production-needs';
import { requireInProduction } from '@yoban/shared/config/secrets';
import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { type Kickers, readKickers } from '@yoban/shared/kick/read-kickers';
import type { YobanPaths } from '@yoban/shared/paths';

/** How often the watchdog looks. Values of the running kit; tests pass shorter ones. */
export interface Pace {
  lookEveryMs: number;
  /** While a process is missing or has not answered yet. */
  hurryEveryMs: number;
  sampleEveryMs: number;
  databaseEveryMs: number;
  integrityEveryMs: number;
  /** Least time between integrity checks that a fault asks for. */
  integrityGapMs: number;
  systemEveryMs: number;
  externalEveryMs: number;
  externalFirstMs: number;
  externalRecheckMs: number;
  busEveryMs: number;
  /** How long Redis may be silent before people are told: a restart of it takes less. */
  busGraceMs: number;
  /** After which a process that does not run is asked about at its supervisor. */
  doubtAfterMs: number;
  /** After which a supervisor that should beat is taken for silent. */
  silentAfterMs: number;
}

export const usualPace: Pace = {
  lookEveryMs: SECOND,
  hurryEveryMs: 200,
  sampleEveryMs: 5 * SECOND,
  databaseEveryMs: 5 * SECOND,
  integrityEveryMs: 60 * MINUTE,
  integrityGapMs: MINUTE,
  systemEveryMs: 10 * SECOND,
  externalEveryMs: MINUTE,
  externalFirstMs: 20 * SECOND,
  externalRecheckMs: 5 * SECOND,
  busEveryMs: 5 * SECOND,
  busGraceMs: 30 * SECOND,
  doubtAfterMs: 5 * SECOND,
  silentAfterMs: 10 * SECOND,
};

export interface WatchedDatabase extends DatabaseConfig {
  /** The service its faults are told under: its own, else the primary one. */
  toldUnder: string;
  /** Where its backups lie, absolute. */
  backupDir: string;
}

export interface WatchdogConfig {
  paths: YobanPaths;
  storeFile: string;
  redis: RedisAddress;
  /** Where alert events go while Redis is away. */
  intake: IntakeAddress;
  primary: string;
  healthUrl: string;
  services: readonly { name: string; config: ServiceConfig }[];
  databases: readonly WatchedDatabase[];
  /** Of stamps in file names. */
  zone: string;
  /** Of reports. */
  lang: Locale;
  /** Services that may be kicked, and those whose kick token is missing. */
  kicks: Kickers;
  policies: PolicySurroundings;
  pace: Pace;
}

/** What probes and actions of a policy see of the process they run in. */
export interface PolicySurroundings {
  /** Relative paths of the configuration count from here. */
  baseDir: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** @throws OpsError CONFIG_INVALID, or CONFIG_MISSING_ENV in production: without the bus nobody is told of a fault. */
export function readWatchdogConfig(env: Readonly<Record<string, string | undefined>>, cwd: string): WatchdogConfig {
  const kit = readKitConfig(env, cwd);
  requireInProduction('watchdog', kit.env.mode, productionNeeds(kit, env).watchdog);
  const baseDir = kit.configFile === null ? cwd : path.dirname(path.resolve(cwd, kit.configFile));
  return watchdogConfigOf(kit, { baseDir, env }, usualPace);
}

/** What the watchdog needs of a kit's configuration. */
function watchdogConfigOf(kit: KitConfig, policies: PolicySurroundings, pace: Pace): WatchdogConfig {
  return {
    paths: kit.paths,
    storeFile: path.join(kit.paths.state, 'watchdog.sqlite'),
    redis: parseRedisUrl(kit.env.redisUrl ?? 'redis://127.0.0.1:6379'),
    intake: intakeAddressOf(kit),
    primary: kit.primary,
    healthUrl: kit.env.healthUrl,
    services: Object.entries(kit.config.services).map(([name, config]) => ({ name, config })),
    databases: kit.config.databases.map((db) => ({
      ...{ ...db, toldUnder: db.service ?? kit.primary, backupDir: backupDirOf(kit, db) },
    })),
    zone: kit.config.timezone,
    lang: kit.config.locale,
    kicks: readKickers(kit.config, policies.env),
    policies,
    pace,
  };
}
