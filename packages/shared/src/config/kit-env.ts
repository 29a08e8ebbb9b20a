import path from 'node:path';
import { z } from 'zod';
import { environmentProblems } from './environment-problems.ts';
import { Zone } from './fields.ts';
import { plainWords } from './plain-words.ts';

const port = z.coerce.number().int().min(1).max(65_534);

const KitVariables = z.object({
  YOBAN_HOME: z.string().min(1).optional(),
  YOBAN_CONFIG: z.string().min(1).optional(),
  YOBAN_MODE: z.enum(['trial', 'production']).default('trial'),
  REDIS_URL: z.string().min(1).optional(),
  DB_PATH: z.string().min(1).optional(),
  BACKUP_DIR: z.string().min(1).optional(),
  HEALTH_URL: z.url().optional(),
  PORT: port.default(3000),
  APP_PORT: port.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  YOBAN_ALERTER_URL: z.url({ protocol: /^http$/ }).optional(),
  YOBAN_ALERTER_PORT: port.optional(),
  YOBAN_ALERTER_HOST: z.string().min(1).optional(),
  TZ_DISPLAY: Zone.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

/** What every service of the kit reads from its environment, with the source's names and defaults (O2). Paths are absolute. */
export interface KitEnv {
  home: string;
  configFile: string | null;
  mode: 'trial' | 'production';
  redisUrl: string | null;
  dbPath: string;
  backupDir: string;
  healthUrl: string;
  port: number;
  appPort: number;
  host: string;
  /** Where the alerter takes events without Redis if that is not its socket below `home`: `http://host:port`. */
  alerterUrl: string | null;
  /** Where the alerter listens for them beside its socket; a null port: nowhere. */
  alerterHost: string;
  alerterPort: number | null;
  /** Zone of messages where it differs from the configuration's. */
  displayZone: string | null;
  logLevel: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset, as in a compose file with `${NAME:-}`. */
const withoutEmpty = (env: Variables) => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

/**
 * Reads the kit's variables. When YOBAN_HOME is set, an unset DB_PATH, BACKUP_DIR or HEALTH_URL derives from it and PORT.
 * Relative paths count from `cwd`. Every bad variable is a line of `problems`; in `kit` it counts as unset, so that whatever
 * follows can be checked beside it.
 */
export function readKitEnv(env: Variables, cwd: string): { kit: KitEnv; problems: string[] } {
  const given = withoutEmpty(env);
  const issues = KitVariables.safeParse(given).error?.issues ?? [];
  const bad = new Set(issues.map(({ path: [name] }) => name));
  const usable = Object.fromEntries(Object.entries(given).filter(([name]) => !bad.has(name)));
  const problems = [
    ...issues.map((issue) => `${issue.path.join('.')}: ${plainWords(issue)}`),
    ...environmentProblems(given, cwd),
  ];
  return { kit: kitEnvOf(KitVariables.parse(usable), cwd), problems };
}

function kitEnvOf(v: z.infer<typeof KitVariables>, cwd: string): KitEnv {
  const at = (file: string) => path.resolve(cwd, file);
  const home = at(v.YOBAN_HOME ?? '.yoban');
  const inHome = (below: string, otherwise: string) => (v.YOBAN_HOME ? path.join(home, below) : at(otherwise));
  return {
    home,
    configFile: v.YOBAN_CONFIG ? at(v.YOBAN_CONFIG) : null,
    mode: v.YOBAN_MODE,
    redisUrl: v.REDIS_URL ?? null,
    dbPath: v.DB_PATH ? at(v.DB_PATH) : inHome('data/game.sqlite', 'data/game.sqlite'),
    backupDir: v.BACKUP_DIR ? at(v.BACKUP_DIR) : inHome('backups', 'backups'),
    healthUrl: v.HEALTH_URL ?? `http://${v.YOBAN_HOME ? '127.0.0.1' : 'localhost'}:${v.PORT}/api/health`,
    port: v.PORT,
    appPort: v.APP_PORT ?? v.PORT + 100,
    host: v.HOST,
    alerterUrl: v.YOBAN_ALERTER_URL ?? null,
    alerterHost: v.YOBAN_ALERTER_HOST ?? v.HOST,
    alerterPort: v.YOBAN_ALERTER_PORT ?? null,
    displayZone: v.TZ_DISPLAY ?? null,
    logLevel: v.LOG_LEVEL,
  };
}
