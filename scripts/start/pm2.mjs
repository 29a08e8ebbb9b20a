import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../bootstrap/project.mjs';
import { identify, isAlive, mentions } from '../process/process-identity.mjs';
import { runChild } from '../process/run-child.mjs';
import { stopProcess } from '../process/stop-process.mjs';
import { waitUntil } from '../process/wait-until.mjs';

const program = path.join(projectRoot, 'node_modules', 'pm2', 'bin', 'pm2');

/**
 * A private pm2: run as a program, never imported (its licence, and its API starts a daemon). `env` is what the services see.
 */
export function createPm2({ node, pm2Home, env }) {
  const environment = {
    ...env,
    PM2_HOME: pm2Home,
    PM2_DISABLE_VERSION_CHECK: '1',
    // All at once: two at a time, its default, makes six services start in three rounds.
    PM2_CONCURRENT_ACTIONS: '16',
  };
  const run = (...args) => runChild(node, [program, ...args], { cwd: projectRoot, env: environment, outlives: true });
  return {
    start: (ecosystem) => run('start', ecosystem, '--no-color'),
    kill: () => run('kill', '--silent'),
    daemon: () => readPidFile(path.join(pm2Home, 'pm2.pid'), pm2Home),
    /** The services as pm2 sees them: `[{name, status, pid, restarts}]`. 0.2 s of CPU. */
    list: async () => parseList((await run('jlist', '--silent')).stdout),
  };
}

function parseList(text) {
  // pm2 may print a notice before the list.
  const line = text.split('\n').find((candidate) => candidate.startsWith('['));
  if (line === undefined) return [];
  return JSON.parse(line).map((app) => ({
    name: app.name,
    status: app.pm2_env.status,
    pid: app.pid,
    restarts: app.pm2_env.restart_time,
    logFile: app.pm2_env.pm_err_log_path,
  }));
}

/** The process a pid file names, when it is alive and says itself that it belongs to `owner`; else undefined. */
function readPidFile(file, owner) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  const identity = identify(Number(text.trim()));
  return isAlive(identity) && mentions(identity.pid, owner) ? identity : undefined;
}

/** The services of a pm2 home that are alive, by its pid files: `[{pid, startedAt}]`. */
export function pm2Services(pm2Home) {
  let names;
  try {
    names = readdirSync(path.join(pm2Home, 'pids'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return names
    .map((name) => readPidFile(path.join(pm2Home, 'pids', name), pm2Home))
    .filter((found) => found !== undefined);
}

/**
 * Ends a private pm2 and all it runs, within `limitMs`, whatever state it is in: first the polite way, then whoever is left.
 */
export async function stopPm2(pm2, pm2Home, limitMs) {
  const services = pm2Services(pm2Home);
  const daemon = pm2.daemon();
  const gone = () => [daemon, ...services].every((identity) => identity === undefined || !isAlive(identity));
  if (daemon !== undefined) {
    const asked = pm2.kill();
    await waitUntil(gone, limitMs);
    if (!gone()) await stopProcess(daemon, 1_000);
    await asked;
  }
  await Promise.all([...services, ...pm2Services(pm2Home)].map((identity) => stopProcess(identity, 1_000)));
}
