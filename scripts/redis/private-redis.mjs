import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError, say } from '../bootstrap/talk.mjs';
import { identify } from '../process/process-identity.mjs';
import { stopProcess } from '../process/stop-process.mjs';
import { waitUntil } from '../process/wait-until.mjs';
import { askRedis } from './ask-redis.mjs';

const firstRestartAfterMs = 200;
const longestRestartAfterMs = 10_000;
const stableAfterMs = 60_000;
const startLimitMs = 15_000;
const stopLimitMs = 5_000;

const quoted = (text) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/**
 * The configuration, given by standard input so that nothing has to be kept in step on disk. A fact that a service was
 * told is stored must survive the machine: hence appendfsync always. BullMQ demands noeviction.
 */
export function redisConfiguration({ dataFolder, socket, logFile }) {
  return [
    'port 0',
    `unixsocket ${quoted(socket)}`,
    'unixsocketperm 700',
    `dir ${quoted(dataFolder)}`,
    `logfile ${quoted(logFile)}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync always',
    'save ""',
    'maxmemory-policy noeviction',
    'databases 1',
    '',
  ].join('\n');
}

/** Whoever reads it, also while we write or are killed at that, finds all of it or what was there before. */
function writeWhole(file, text) {
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

/** Asks a Redis that still sits on our socket (its launcher was killed) to leave: two on one append-only file destroy it. */
async function dismissPredecessor(socket) {
  if ((await askRedis(socket, 'PING')) === undefined) return;
  await askRedis(socket, 'SHUTDOWN', 3_000);
  if (!(await waitUntil(async () => (await askRedis(socket, 'PING')) === undefined, 5_000))) {
    throw new SetupError(`Another Redis answers on ${socket} and does not leave. Stop it, then start again.`);
  }
}

/**
 * Runs a Redis of our own and restarts it when it dies, until `stop()`. In a process group of its own, so that Ctrl-C does
 * not take it from under services that are still finishing. `{url, socket, pid(), stop()}`.
 */
export async function startPrivateRedis({ server, dataFolder, socket, logFile, pidFile }) {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  await dismissPredecessor(socket);
  let child;
  let stopping = false;
  let restartTimer;
  let waitMs = firstRestartAfterMs;

  const launch = () => {
    const startedAt = Date.now();
    // Not our stderr: a Redis that outlives a killed launcher would hold its terminal or pipe open.
    const log = openSync(logFile, 'a', 0o600);
    const mine = spawn(server, ['-'], { stdio: ['pipe', log, log], detached: true, cwd: dataFolder });
    closeSync(log);
    child = mine;
    // A server that dies at once closes the pipe under us; its exit is what gets reported.
    mine.stdin.on('error', (error) => say(`redis did not read its configuration: ${error.code}`));
    mine.stdin.end(redisConfiguration({ dataFolder, socket, logFile }));
    mine.once('error', (error) => say(`redis cannot be started: ${error.message}`));
    if (mine.pid !== undefined) writeWhole(pidFile, JSON.stringify(identify(mine.pid)));
    mine.once('exit', (code, signal) => {
      if (stopping) return;
      if (Date.now() - startedAt > stableAfterMs) waitMs = firstRestartAfterMs;
      say(`redis ended (${signal ?? `code ${code}`}), starting it again in ${waitMs} ms; its log: ${logFile}`);
      restartTimer = setTimeout(launch, waitMs);
      waitMs = Math.min(waitMs * 2, longestRestartAfterMs);
    });
  };
  const stop = async () => {
    stopping = true;
    clearTimeout(restartTimer);
    if (child?.pid !== undefined) await stopProcess(identify(child.pid), stopLimitMs);
    rmSync(pidFile, { force: true });
  };

  launch();
  if (!(await waitUntil(async () => (await askRedis(socket, 'PING')) === '+PONG', startLimitMs))) {
    await stop();
    throw new SetupError(`Redis did not start within ${startLimitMs / 1000} s; its log: ${path.resolve(logFile)}`);
  }
  return { url: `unix://${encodeURI(socket)}`, socket, pid: () => child.pid, stop };
}
