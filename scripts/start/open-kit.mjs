import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cleanEnvironment } from '../bootstrap/child-environment.mjs';
import { projectRoot } from '../bootstrap/project.mjs';
import { SetupError } from '../bootstrap/talk.mjs';
import { tryLock } from '../process/pid-lock.mjs';
import { startPrivateRedis } from '../redis/private-redis.mjs';
import { provideRedisServer } from '../redis/provide-redis-server.mjs';
import { checkPorts } from './check-ports.mjs';
import { installationAt, prepareInstallation } from './installation.mjs';
import { kitEnvironment } from './kit-environment.mjs';
import { writeKitFile } from './kit-file.mjs';
import { createPm2 } from './pm2.mjs';
import { provideKeys } from './provide-keys.mjs';
import { stopLeftovers } from './stop-leftovers.mjs';

/** True when the configuration guards the example; else it must not run, since it writes into DB_PATH. */
function guardsExample(configFile) {
  if (!existsSync(configFile)) {
    throw new SetupError(
      `YOBAN_CONFIG: ${configFile} does not exist. Name a yoban.yml, or unset it to use the example's.`,
      2,
    );
  }
  return /\bailife["']?\s*:/.test(readFileSync(configFile, 'utf8'));
}

function lockHome(installation, kit) {
  const lock = tryLock(installation.lockFile, { url: kit.url });
  if (lock.taken) return lock;
  const { pid, url } = lock.holder ?? {};
  throw new SetupError(
    `yoban already runs from ${installation.home}: process ${pid}, ${url}/admin/dashboard. ` +
      'Use that one, stop it (Ctrl-C there), or start another beside it with its own YOBAN_HOME and PORT.',
    2,
  );
}

const portsOf = (kit, withExample) => [
  { port: kit.port, host: kit.host, use: 'health-api and dashboard', variable: 'PORT' },
  ...(withExample ? [0, 1, 2, 3, 4] : []).map((offset) => ({
    port: kit.appPort + offset,
    host: '127.0.0.1',
    use: 'the example app and its stand-ins',
    variable: 'APP_PORT',
  })),
];

/** REDIS_URL as given, else a Redis of our own that runs as long as we do. */
async function openRedis(installation, given, undo) {
  if (given) return given;
  const redis = await startPrivateRedis({
    server: await provideRedisServer(),
    dataFolder: installation.redisData,
    socket: installation.redisSocket,
    logFile: path.join(installation.logs, 'redis.log'),
    pidFile: installation.redisPidFile,
  });
  undo.push('redis', redis.stop);
  return redis.url;
}

/**
 * Takes the home, cleans up after a predecessor that was killed, starts Redis and makes the kit findable.
 * Everything started is on `undo`. Gives `{kit, installation, env, pm2, withExample}`; `env` is what the services see.
 * @throws SetupError (exit 2) when the home is in use, a port is taken or a variable is wrong.
 */
export async function openKit(tools, undo, mode) {
  const kit = kitEnvironment(process.env, projectRoot);
  const withExample = guardsExample(kit.variables.YOBAN_CONFIG);
  const installation = installationAt(kit.home);
  prepareInstallation(installation);
  const lock = lockHome(installation, kit);
  undo.push('lock', lock.release);
  const keys = provideKeys(kit.mode, installation.keys, process.env);
  const base = { ...cleanEnvironment(tools.env), ...kit.variables, ...keys };
  await stopLeftovers(installation, createPm2({ ...tools, pm2Home: installation.pm2Home, env: base }));
  await checkPorts(portsOf(kit, withExample));
  const redisUrl = await openRedis(installation, process.env.REDIS_URL, undo);
  const env = { ...base, REDIS_URL: redisUrl, YOBAN_WITH_EXAMPLE: withExample ? 'yes' : 'no' };
  undo.push('kit.json', writeKitFile(installation, { kit, env, mode }));
  return { kit, installation, env, withExample, pm2: createPm2({ ...tools, pm2Home: installation.pm2Home, env }) };
}
