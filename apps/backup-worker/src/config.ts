import { parseRedisUrl, type RedisAddress } from '@yoban/shared/bus/connection';
import { backupDirOf, type DatabaseConfig, type KitConfig, readKitConfig } from '@yoban/shared/config/kit-config';
import { productionNeeds } from '@yoban/shared/config/production-needs';
import { requireInProduction } from '@yoban/shared/config/secrets';

export interface BackupWorkerConfig {
  kit: KitConfig;
  redis: RedisAddress;
  /** Each with the folder its backups lie in, absolute. */
  databases: readonly { config: DatabaseConfig; backupDir: string }[];
}

/**
 * @throws OpsError CONFIG_INVALID, or CONFIG_MISSING_ENV in production: without the bus backups are taken, but nobody is told.
 */
export function readBackupWorkerConfig(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): BackupWorkerConfig {
  const kit = readKitConfig(env, cwd);
  requireInProduction('backup-worker', kit.env.mode, productionNeeds(kit, env)['backup-worker']);
  return {
    kit,
    redis: parseRedisUrl(kit.env.redisUrl ?? 'redis://127.0.0.1:6379'),
    databases: kit.config.databases.map((config) => ({ config, backupDir: backupDirOf(kit, config) })),
  };
}
