import { existsSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { OpsError } from '@yoban/shared/errors';
import { type CommandContext, type Given, textOption } from '../command.ts';
import { isPlainPath } from './fill-unit.ts';

/** Where yoban is to run as a service, and as whom. */
export interface ServicePlace {
  kind: 'system' | 'user' | 'cron';
  /** Folder of the unit files; null for cron. */
  unitFolder: string | null;
  user: string;
  /** The clone. */
  root: string;
  home: string;
  /** Variables that `install` writes, and the person's own beside the configuration. */
  serviceEnv: string;
  envFile: string;
}

/** From apps/cli/src/watchdog and apps/cli/dist/watchdog alike. */
const clone = path.resolve(import.meta.dirname, '../../../..');

/**
 * What the options mean here: `--user`, `--system` or `--cron`; without one the machine's systemd for root, else the user's own.
 * @throws OpsError USAGE
 */
export function servicePlace({ io, words, found }: CommandContext, given: Given): ServicePlace {
  const kinds = (['user', 'system', 'cron'] as const).filter((kind) => given.options[kind] === true);
  if (kinds.length > 1) throw new OpsError('USAGE', words.usage.oneOf('--user, --system, --cron'));
  const isRoot = process.getuid?.() === 0;
  const kind = kinds[0] ?? (isRoot ? 'system' : 'user');
  const { kit } = found();
  const { home } = kit.paths;
  const beside = kit.configFile ? path.dirname(kit.configFile) : home;
  const envFile = path.resolve(io.cwd, textOption(given, 'envFile') ?? path.join(beside, '.env'));
  const usual = unitFolderOf(kind, io.env);
  const unitFolder = usual && path.resolve(io.cwd, textOption(given, 'unitDir') ?? usual);
  const place = { kind, unitFolder, user: userInfo().username, root: clone, home, envFile };
  if (!existsSync(path.join(clone, 'infra', 'systemd'))) throw new OpsError('USAGE', words.install.noClone);
  for (const file of [clone, home, envFile, process.execPath])
    if (!isPlainPath(file)) throw new OpsError('USAGE', words.install.oddPath(file));
  return { ...place, serviceEnv: path.join(home, 'service.env') };
}

function unitFolderOf(kind: ServicePlace['kind'], env: CommandContext['io']['env']): string | null {
  if (kind === 'cron') return null;
  if (kind === 'system') return '/etc/systemd/system';
  return path.join(env.XDG_CONFIG_HOME ?? path.join(homedir(), '.config'), 'systemd', 'user');
}

/**
 * V6: whom the services run as: `--run-as`, else whoever owns the data, and never root unless that is said.
 * @throws OpsError USAGE
 */
export function serviceUser({ kind, home, user }: ServicePlace, { words }: CommandContext, given: Given): string {
  if (kind !== 'system') return user;
  const wanted = textOption(given, 'runAs');
  if (wanted !== undefined) return wanted;
  const owner = statSync(home, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || owner === 0) throw new OpsError('USAGE', words.install.ownedByRoot(home));
  return String(owner);
}
