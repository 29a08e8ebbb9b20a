import { existsSync } from 'node:fs';
import path from 'node:path';
import { channelParts, isSecretPart } from '@yoban/shared/config/channel-parts';
import type { KitConfig } from '@yoban/shared/config/kit-config';
import { socketPath } from '@yoban/shared/paths';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where a Redis of our own listens. */
export const ownRedisSocket = (kit: KitConfig): string => socketPath(kit.paths.run, 'redis.sock');

/** True where REDIS_URL is unset, or names the Redis that `npm start` brings. */
export const needsOwnRedis = (kit: KitConfig): boolean =>
  kit.env.redisUrl === null || kit.env.redisUrl === `unix://${encodeURI(ownRedisSocket(kit))}`;

/** The variables of a kit as its services are to get them, every path whole. No secret: those stay in the person's own file. */
export function kitVariables(kit: KitConfig, env: Variables): Record<string, string> {
  const { env: known, paths } = kit;
  const keyFiles = [
    ['ADMIN_API_KEY_FILE', path.join(paths.keys, 'admin_api_key')],
    ['YOBAN_APP_TOKEN_FILE', path.join(paths.keys, 'app_token')],
  ] as const;
  return {
    ...{ YOBAN_HOME: paths.home, YOBAN_MODE: known.mode, HOST: known.host, PORT: String(known.port) },
    ...{ APP_PORT: String(known.appPort), DB_PATH: known.dbPath, BACKUP_DIR: known.backupDir },
    ...{ HEALTH_URL: known.healthUrl, LOG_LEVEL: known.logLevel },
    ...(kit.configFile !== null && { YOBAN_CONFIG: kit.configFile }),
    ...(known.displayZone !== null && { TZ_DISPLAY: known.displayZone }),
    REDIS_URL: needsOwnRedis(kit) ? `unix://${encodeURI(ownRedisSocket(kit))}` : (known.redisUrl ?? ''),
    ...Object.fromEntries(keyFiles.filter(([, file]) => existsSync(file))),
    ...profileVariables(env),
    ...(env.PATH && { PATH: env.PATH }),
    NODE_COMPILE_CACHE: path.join(paths.home, 'cache', 'compile'),
    ...{ MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' },
  };
}

/** How the watchdog that stays runs its policies. */
const profileVariables = (env: Variables): Record<string, string> =>
  Object.fromEntries(
    ['YOBAN_WATCHDOG_FAST', 'YOBAN_WATCHDOG_NO_RECOVERY'].flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );

/** Names of the secrets that the configuration reads from variables, for the person to put into a file. */
export function secretNames({ config }: KitConfig): string[] {
  const channels = Object.entries(config.alerts.channels).flatMap(([name, channel]) =>
    channelParts(name, channel, {}).filter((part) => isSecretPart(part) || !part.variable.includes('.')),
  );
  const kicks = Object.values(config.services).flatMap(({ kick }) =>
    kick && 'env' in kick.token ? [kick.token.env] : [],
  );
  return [...new Set([...channels.map(({ variable }) => variable), ...kicks])].filter((name) => /^[A-Z]/.test(name));
}
