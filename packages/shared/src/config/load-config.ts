import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OpsError } from '../errors.ts';
import { readConfigDocument } from './config-document.ts';
import { crossReferences } from './cross-references.ts';
import { defaultConfigText } from './default-config.ts';
import { includePresets } from './include-presets.ts';
import type { KitEnv } from './kit-env.ts';
import { layDocuments } from './lay-documents.ts';
import { plainWords } from './plain-words.ts';
import { withoutSwitchedOff } from './without-switched-off.ts';
import { type SupervisorConfig, YobanConfig } from './yoban-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A configuration, or every problem it has as `file:line:column path: message`. */
type ParsedConfig = { config: YobanConfig; problems: [] } | { config: null; problems: string[] };

/** `file`: what was read, or null when the configuration was made from the environment. */
export type LoadedConfig = ParsedConfig & { file: string | null };

/**
 * Loads `YOBAN_CONFIG`, else ./yoban.yml, else the configuration made from the environment.
 * Relative paths in a file count from the folder of that file; those from variables are absolute already.
 */
export function loadConfig(kit: KitEnv, env: Variables, cwd: string): LoadedConfig {
  const file = kit.configFile ?? [path.join(cwd, 'yoban.yml')].find((candidate) => existsSync(candidate)) ?? null;
  const read = file ? readFileText(file) : { text: defaultConfigText(kit) };
  if ('unreadable' in read) return { config: null, problems: [read.unreadable], file };
  const variables = { ...env, ...derived(kit) };
  const base = file ? path.dirname(file) : cwd;
  const parsed = readConfigText(read.text, variables, file ?? 'configuration from the environment', base);
  if (parsed.config === null) return { ...parsed, file };
  return { config: resolvePaths(parsed.config, base), problems: [], file };
}

/** What `${NAME}` may name besides the environment itself: the values that derive from YOBAN_HOME and PORT. */
const derived = (kit: KitEnv): Record<string, string> => ({
  DB_PATH: kit.dbPath,
  BACKUP_DIR: kit.backupDir,
  YOBAN_HOME: kit.home,
  HEALTH_URL: kit.healthUrl,
  PORT: String(kit.port),
  APP_PORT: String(kit.appPort),
});

function readFileText(file: string): { text: string } | { unreadable: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { unreadable: `${file} cannot be read (${why})` };
  }
}

/**
 * Parses a configuration text: `${NAME}` and `${NAME:-default}` filled in, presets laid under it, strict schema.
 * @throws OpsError CONFIG_INVALID with all problems.
 */
export function parseConfig(text: string, env: Variables, file: string): YobanConfig {
  const { config, problems } = readConfigText(text, env, file, path.dirname(path.resolve(file)));
  if (config === null) throw configInvalid(problems);
  return config;
}

/** Every problem of variables and configuration in one error, a line each. */
export const configInvalid = (problems: readonly string[]): OpsError =>
  new OpsError('CONFIG_INVALID', `the configuration has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`, {
    fields: { problems },
  });

function readConfigText(text: string, env: Variables, file: string, base: string): ParsedConfig {
  const main = readConfigDocument(text, file, (name) => env[name]);
  if (main.isEmpty) return { config: null, problems: [`${file} the file is empty`] };
  const included = includePresets(main, env, base);
  // Without one of its presets nothing can be said of the whole: half a policy would be one problem a line.
  if (included.problems.length > 0)
    return { config: null, problems: [...main.broken, ...included.problems].map((problem) => problem.text) };
  const { raw, note, problems } = layDocuments(main, included.presets);
  const parsed = YobanConfig.safeParse(raw);
  for (const issue of parsed.error?.issues ?? []) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    note([...issue.path, ...keys.slice(0, 1)], keys.length > 0 ? unknownKeys(keys) : plainWords(issue));
  }
  for (const { path, message } of crossReferences(raw)) note(path, message);
  const told = problems();
  if (parsed.success && told.length === 0) return { config: withoutSwitchedOff(parsed.data), problems: [] };
  return { config: null, problems: told };
}

const unknownKeys = (keys: string[]): string =>
  keys.length === 1 ? 'unknown key' : `unknown keys ${keys.map((key) => `"${key}"`).join(', ')}`;

function supervisorAt(supervisor: SupervisorConfig, at: (file: string) => string): SupervisorConfig {
  const where = (file: string | undefined) => file && at(file);
  switch (supervisor.kind) {
    case 'pm2':
      return { ...supervisor, home: where(supervisor.home), ecosystem: where(supervisor.ecosystem) };
    case 'compose':
      return { ...supervisor, file: where(supervisor.file) };
    case 'command':
      return { ...supervisor, socket: at(supervisor.socket) };
    default:
      return supervisor;
  }
}

function resolvePaths(config: YobanConfig, base: string): YobanConfig {
  const at = (file: string) => path.resolve(base, file);
  return {
    ...config,
    databases: config.databases.map((db) => ({ ...db, path: at(db.path) })),
    targets: config.targets.map((target) => ({ ...target, path: at(target.path) })),
    services: Object.fromEntries(
      Object.entries(config.services).map(([name, { supervisor, ...service }]) => [
        name,
        { ...service, supervisor: supervisorAt(supervisor, at) },
      ]),
    ),
  };
}
