import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../bootstrap/project.mjs';
import { identify, isAlive, mentions } from '../process/process-identity.mjs';
import { runChild } from '../process/run-child.mjs';
import { sendSignal, stopProcess } from '../process/stop-process.mjs';
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
    NO_COLOR: '1',
  };
  const run = (args, options) =>
    runChild(node, [program, ...args], { cwd: projectRoot, env: environment, outlives: true, ...options });
  return {
    start: (ecosystem) => run(['start', ecosystem, '--no-color']),
    kill: (signal) => run(['kill', '--silent'], { signal }),
    daemon: () => readPidFile(path.join(pm2Home, 'pm2.pid'), pm2Home),
    /** The services as pm2 sees them: `[{name, status, pid, restarts}]`. 0.2 s of CPU. */
    list: async () => parseList((await run(['jlist', '--silent'])).stdout),
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
 * Ends a private pm2 and all it runs, within `limitMs`, whatever state it is in: the polite way until then (pm2 gives each
 * service its kill_timeout), and SIGKILL for whoever is left.
 */
export async function stopPm2(pm2, pm2Home, limitMs) {
  const daemon = pm2.daemon();
  const all = [...pm2Services(pm2Home), ...(daemon === undefined ? [] : [daemon])];
  const gone = () => !all.some(isAlive);
  const asking = new AbortController();
  const asked = daemon === undefined ? Promise.resolve() : pm2.kill(asking.signal);
  // Orphans of a dead pm2 have nobody else to ask them.
  if (daemon === undefined) for (const { pid } of all) sendSignal(pid, 'SIGTERM');
  await waitUntil(gone, limitMs);
  // The daemon first: it would start again what is killed under it.
  for (const identity of [...all].reverse()) if (isAlive(identity)) sendSignal(identity.pid, 'SIGKILL');
  await waitUntil(gone, 2_000);
  asking.abort();
  await asked;
  // One that pm2 was just starting when we counted.
  await Promise.all(pm2Services(pm2Home).map((identity) => stopProcess(identity, 1_000)));
}
