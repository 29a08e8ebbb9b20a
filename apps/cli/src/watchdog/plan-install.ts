import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { resolveProgram } from '@yoban/host-tools/resolve-program';
import type { KitConfig } from '@yoban/shared/config/kit-config';
import type { CommandContext } from '../command.ts';
import { crontabBlock } from './crontab-block.ts';
import { environmentText } from './environment-text.ts';
import { fillUnit } from './fill-unit.ts';
import { kitVariables, needsOwnRedis, ownRedisSocket } from './kit-variables.ts';
import type { ServicePlace } from './service-place.ts';

export interface PlannedFile {
  path: string;
  text: string;
  mode: number;
}

/** The guardian's program, below the clone. */
const guardian = 'infra/guardian/guardian.mjs';
/** Where `enable` finds the lines for cron. */
export const crontabFile = (home: string): string => path.join(home, 'crontab');

/**
 * Every file that `watchdog install` writes, whole.
 * @throws OpsError USAGE, PROGRAM_NOT_FOUND where a Redis of our own is needed and there is none
 */
export function planInstall({ io, found }: CommandContext, place: ServicePlace): PlannedFile[] {
  const { kit, env } = found();
  const { root, home, serviceEnv, envFile, unitFolder } = place;
  const node = process.execPath;
  const variables = { path: serviceEnv, text: environmentText(kitVariables(kit, env)), mode: 0o600 };
  if (unitFolder === null) {
    const text = crontabBlock({ root, node, home, serviceEnv, envFile, guardian });
    return [variables, { path: crontabFile(home), text, mode: 0o600 }];
  }
  const redis = needsOwnRedis(kit) ? { program: redisProgram(io), socket: ownRedisSocket(kit) } : null;
  const scope = place.kind === 'system' ? 'system' : 'user';
  const settings = {
    scope,
    user: place.user,
    node,
    root,
    home,
    envFile,
    guardian,
    redis,
    withSudo: usesSudo(kit),
  } as const;
  const templates = path.join(root, 'infra', 'systemd');
  const units = readdirSync(templates).filter((name) => redis !== null || name !== 'yoban-redis.service');
  return [
    variables,
    ...units.map((name) => ({
      path: path.join(unitFolder, name),
      text: fillUnit(readFileSync(path.join(templates, name), 'utf8'), settings),
      mode: 0o644,
    })),
  ];
}

const redisProgram = ({ env, cwd }: CommandContext['io']): string =>
  resolveProgram('redis-server', { searchPath: env.PATH, baseDir: cwd });

const usesSudo = ({ config }: KitConfig): boolean =>
  Object.values(config.services).some(({ actions }) =>
    Object.values(actions).some((action) => action.kind === 'exec' && action.sudo),
  );
