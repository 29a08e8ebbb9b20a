import { type YobanPaths, yobanPaths } from '../paths.ts';
import { type KitEnv, readKitEnv } from './kit-env.ts';
import { configInvalid, loadConfig } from './load-config.ts';
import type { DatabaseConfig, ServiceConfig, YobanConfig } from './yoban-config.ts';

/** What each service starts from: its environment, the configuration and the folders. */
export interface KitConfig {
  env: KitEnv;
  config: YobanConfig;
  configFile: string | null;
  paths: YobanPaths;
  /** Name of the primary service: the one the classic fields of /api/health show. */
  primary: string;
  /** Zone of the words people read. */
  displayZone: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads environment and configuration once, at the edge of a process.
 * @throws OpsError CONFIG_INVALID with all problems of both.
 */
export function readKitConfig(env: Variables, cwd: string): KitConfig {
  const { kit, problems } = inspectKitConfig(env, cwd);
  if (kit === null || problems.length > 0) throw configInvalid(problems);
  return kit;
}

/** Every problem of variables and yoban.yml; `kit` is null where yoban.yml has one, since nothing can be made of it then. */
export function inspectKitConfig(variables: Variables, cwd: string): { kit: KitConfig | null; problems: string[] } {
  const { kit: env, problems } = readKitEnv(variables, cwd);
  const loaded = loadConfig(env, variables, cwd);
  const { config } = loaded;
  if (config === null) return { kit: null, problems: [...problems, ...loaded.problems] };
  const kit: KitConfig = {
    env,
    config,
    configFile: loaded.file,
    paths: yobanPaths(env.home),
    primary: config.primary ?? Object.keys(config.services)[0] ?? 'app',
    displayZone: env.displayZone ?? config.timezone,
  };
  return { kit, problems };
}

/** Display name of a service in messages; its own name when none is set. */
export const displayNameOf = (config: YobanConfig, service: string): string =>
  config.services[service]?.displayName ?? service;

/** Where backups of a database lie: the folder target named first. */
export function backupDirOf(kit: KitConfig, db: DatabaseConfig): string {
  const wanted = db.targets[0] ?? 'local';
  return kit.config.targets.find((target) => target.name === wanted)?.path ?? kit.env.backupDir;
}

/** Databases of a service, as configured. */
export const databasesOf = (config: YobanConfig, service: string): DatabaseConfig[] =>
  config.databases.filter((db) => db.service === service);

export type { DatabaseConfig, ServiceConfig, YobanConfig };
