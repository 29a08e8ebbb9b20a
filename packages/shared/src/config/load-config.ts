import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { OpsError } from '../errors.ts';
import { crossReferences } from './cross-references.ts';
import { defaultConfigText } from './default-config.ts';
import type { KitEnv } from './kit-env.ts';
import { plainWords } from './plain-words.ts';
import { YobanConfig } from './yoban-config.ts';

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
  const parsed = readConfigText(read.text, variables, file ?? 'configuration from the environment');
  if (parsed.config === null) return { ...parsed, file };
  return { config: resolvePaths(parsed.config, file ? path.dirname(file) : cwd), problems: [], file };
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
 * Parses a configuration text: `${NAME}` filled in, strict schema.
 * @throws OpsError CONFIG_INVALID with all problems.
 */
export function parseConfig(text: string, env: Variables, file: string): YobanConfig {
  const { config, problems } = readConfigText(text, env, file);
  if (config === null) throw configInvalid(problems);
  return config;
}

/** Every problem of variables and configuration in one error, a line each. */
export const configInvalid = (problems: readonly string[]): OpsError =>
  new OpsError('CONFIG_INVALID', `the configuration has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`, {
    fields: { problems },
  });

function readConfigText(text: string, env: Variables, file: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: { offset: number; text: string }[] = [];
  const note = (offset: number | undefined, where: string, message: string) => {
    const at = offset === undefined ? null : lines.linePos(offset);
    const place = `${file}${at ? `:${at.line}:${at.col}` : ''}`;
    problems.push({ offset: offset ?? 0, text: `${place} ${where}${where ? ': ' : ''}${message}` });
  };
  if (document.contents === null && document.errors.length === 0) note(undefined, '', 'the file is empty');
  for (const error of document.errors) note(error.pos[0], '', error.message);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== 'string') return;
      node.value = node.value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
        const value = env[name];
        if (value) return value;
        note(node.range?.[0], '', `\${${name}} is not set in the environment`);
        return whole;
      });
    },
  });
  const raw: unknown = document.toJS() ?? {};
  const parsed = YobanConfig.safeParse(raw);
  const issues = document.contents === null ? [] : (parsed.error?.issues ?? []);
  for (const issue of issues) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const path = [...issue.path, ...keys.slice(0, 1)];
    note(offsetOf(document, path), path.join('.'), keys.length > 0 ? unknownKeys(keys) : plainWords(issue));
  }
  for (const { path, message } of crossReferences(raw)) note(offsetOf(document, path), path.join('.'), message);
  if (parsed.success && problems.length === 0) return { config: parsed.data, problems: [] };
  return { config: null, problems: problems.sort((one, other) => one.offset - other.offset).map((one) => one.text) };
}

const unknownKeys = (keys: string[]): string =>
  keys.length === 1 ? 'unknown key' : `unknown keys ${keys.map((key) => `"${key}"`).join(', ')}`;

/** Where the value at `path` begins, or the nearest thing above it that is written in the file. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: PropertyKey[]): number | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && (isScalar(node) || node.range)) return node.range?.[0];
  }
  return undefined;
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
        {
          ...service,
          supervisor: supervisor.kind === 'command' ? { ...supervisor, socket: at(supervisor.socket) } : supervisor,
        },
      ]),
    ),
  };
}
