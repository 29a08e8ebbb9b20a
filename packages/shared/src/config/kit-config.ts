import { type YobanPaths, yobanPaths } from '../paths.ts';
import { type KitEnv, readKitEnv } from './kit-env.ts';
import { loadConfig } from './load-config.ts';
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

/**
 * Reads environment and configuration once, at the edge of a process.
 * @throws OpsError CONFIG_INVALID with all problems.
 */
export function readKitConfig(env: Readonly<Record<string, string | undefined>>, cwd: string): KitConfig {
  const kit = readKitEnv(env, cwd);
  const { config, file } = loadConfig(kit, env, cwd);
  const primary = config.primary ?? Object.keys(config.services)[0] ?? 'app';
  return {
    env: kit,
    config,
    configFile: file,
    paths: yobanPaths(kit.home),
    primary,
    displayZone: kit.displayZone ?? config.timezone,
  };
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
