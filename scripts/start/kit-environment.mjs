import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from '../bootstrap/talk.mjs';

const standInPorts = 4;
/** Where the stand-in for OBS listens, from APP_PORT. */
const obsOffset = 4;
const highestPort = 65_535 - 100 - standInPorts;
const reachesLoopback = new Set(['127.0.0.1', 'localhost', '0.0.0.0', '::', '::1']);

function readPort(name, text, fallback) {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= highestPort) return port;
  throw new SetupError(`${name}=${text} is not a port; use a whole number from 1 to ${highestPort}.`, 2);
}

function readMode(text = 'trial') {
  if (text === 'trial' || text === 'production') return text;
  throw new SetupError(`YOBAN_MODE=${text} is unknown; use trial or production.`, 2);
}

/** An empty variable counts as unset, as in a compose file with `${NAME:-}`. */
const withoutEmpty = (env) => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

/** YOBAN_HOME as a whole path; relative ones count from the clone, wherever npm was called. */
export function resolveHome(env, root) {
  return path.resolve(root, env.YOBAN_HOME || '.yoban');
}

/**
 * What the launcher decides for the services, every path whole: the variables of the README read once, so that no two
 * processes of a kit can derive differently. `{mode, port, appPort, host, url, usesExample, variables}`.
 */
export function kitEnvironment(source, root) {
  const env = withoutEmpty(source);
  const home = resolveHome(env, root);
  const port = readPort('PORT', env.PORT, 3000);
  const appPort = readPort('APP_PORT', env.APP_PORT, port + 100);
  const mode = readMode(env.YOBAN_MODE);
  const host = env.HOST ?? '127.0.0.1';
  const urlHost = reachesLoopback.has(host) ? '127.0.0.1' : host;
  const at = (file) => path.resolve(root, file);
  const derived = (name, inHome, otherwise) =>
    env[name] ? at(env[name]) : env.YOBAN_HOME ? path.join(home, inHome) : at(otherwise);
  const config = at(env.YOBAN_CONFIG ?? (existsSync(at('yoban.yml')) ? 'yoban.yml' : 'examples/ailife/yoban.yml'));
  const usesExample = config === at('examples/ailife/yoban.yml');
  const variables = {
    YOBAN_HOME: home,
    YOBAN_CONFIG: config,
    YOBAN_MODE: mode,
    HOST: host,
    PORT: String(port),
    APP_PORT: String(appPort),
    DB_PATH: derived('DB_PATH', 'data/game.sqlite', 'data/game.sqlite'),
    BACKUP_DIR: derived('BACKUP_DIR', 'backups', 'backups'),
    HEALTH_URL: env.HEALTH_URL ?? `http://${env.YOBAN_HOME ? '127.0.0.1' : 'localhost'}:${port}/api/health`,
    ...(usesExample && !env.TZ_DISPLAY && { TZ_DISPLAY: 'Asia/Tokyo' }),
    ...(usesExample && !env.OBS_URL && { OBS_URL: `ws://127.0.0.1:${appPort + obsOffset}` }),
    // With a semi-space of 1 MB (the ecosystem file) a quarter less memory over six processes.
    MALLOC_ARENA_MAX: '2',
    UV_THREADPOOL_SIZE: '2',
    NODE_COMPILE_CACHE: path.join(home, 'cache', 'compile'),
  };
  return {
    mode,
    home,
    port,
    appPort,
    host,
    url: `http://${urlHost}:${port}`,
    appUrl: `http://127.0.0.1:${appPort}`,
    usesExample,
    variables,
  };
}
