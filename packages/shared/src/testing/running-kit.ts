import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { makeTempDir } from './temp-dir.ts';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A whole kit of the test's own: its home, its ports, its processes. */
export interface RunningKit {
  home: string;
  port: number;
  url: string;
  appUrl: string;
  adminKey: string;
  /** Milliseconds from the start of the launcher to its ready line. */
  readyMs: number;
  launcher: ChildProcess;
  output: () => string;
  /** `bin/yoban <args>` against this kit. */
  yoban: (...args: string[]) => Promise<CommandResult>;
  /** Pids of the processes pm2 keeps, by name. */
  pids: () => Record<string, number>;
  /** GET with the admin key. */
  get: (route: string) => Promise<Response>;
  /** Ctrl-C, and waits for the end; gives the launcher's exit code. */
  stop: () => Promise<number>;
  remove: () => void;
}

const root = path.resolve(import.meta.dirname, '../../../..');
const readyLimitMs = 120_000;

/** Starts `npm start`'s own command in a home of its own and waits for the ready line. Fails with the launcher's output. */
export async function startKit(env: Readonly<Record<string, string | undefined>> = {}): Promise<RunningKit> {
  const temp = makeTempDir();
  // The app and its stand-ins take neighbours of APP_PORT.
  const port = await freePort(6);
  const kitEnv = { ...process.env, PORT: String(port), APP_PORT: String(port + 1), YOBAN_HOME: temp.dir, ...env };
  for (const name of ['DB_PATH', 'BACKUP_DIR', 'HEALTH_URL', 'REDIS_URL', 'YOBAN_CONFIG'] as const) {
    if (!(name in env)) delete (kitEnv as Record<string, string | undefined>)[name];
  }
  const startedAt = performance.now();
  const launcher = spawn(process.execPath, [path.join(root, 'scripts/bootstrap.mjs'), 'start'], {
    cwd: root,
    env: kitEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectText([launcher.stdout, launcher.stderr]);
  await untilReady(launcher, output);
  const readyMs = performance.now() - startedAt;
  const url = `http://127.0.0.1:${port}`;
  const adminKey = env.ADMIN_API_KEY ?? readFileSync(path.join(temp.dir, 'keys/admin_api_key'), 'utf8').trim();
  return {
    home: temp.dir,
    port,
    url,
    appUrl: `http://127.0.0.1:${port + 1}`,
    adminKey,
    readyMs,
    launcher,
    output,
    yoban: (...args) => runCommand(path.join(root, 'bin/yoban'), args, kitEnv),
    pids: () => readPids(temp.dir),
    get: (route) => fetch(`${url}${route}`, { headers: { authorization: `Bearer ${adminKey}` } }),
    stop: () => stopLauncher(launcher),
    remove: temp.remove,
  };
}

async function untilReady(launcher: ChildProcess, output: () => string): Promise<void> {
  const deadline = performance.now() + readyLimitMs;
  while (!output().includes('yoban ready: ')) {
    if (launcher.exitCode !== null) throw new Error(`npm start ended with ${launcher.exitCode}:\n${output()}`);
    if (performance.now() > deadline) {
      await stopLauncher(launcher);
      throw new Error(`npm start was not ready in ${readyLimitMs} ms:\n${output()}`);
    }
    await sleep(50);
  }
}

async function stopLauncher(launcher: ChildProcess): Promise<number> {
  if (launcher.exitCode === null && launcher.signalCode === null) {
    launcher.kill('SIGINT');
    await once(launcher, 'exit');
  }
  return launcher.exitCode ?? -1;
}

/** Runs a program to its end and keeps what it said. */
export async function runCommand(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = collectText([child.stdout]);
  const stderr = collectText([child.stderr]);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout: stdout(), stderr: stderr() };
}

/** Gathers what streams say; call the result for all of it so far. */
function collectText(streams: Readable[]): () => string {
  const parts: string[] = [];
  for (const stream of streams) stream.setEncoding('utf8').on('data', (text: string) => parts.push(text));
  return () => parts.join('');
}

function readPids(home: string): Record<string, number> {
  const kit = JSON.parse(readFileSync(path.join(home, 'run/kit.json'), 'utf8')) as { pm2Home: string };
  const dir = path.join(kit.pm2Home, 'pids');
  if (!existsSync(dir)) return {};
  const entries = readdirSync(dir).map((file) => [
    file.replace(/-\d+\.pid$/, ''),
    Number(readFileSync(path.join(dir, file), 'utf8')),
  ]);
  return Object.fromEntries(entries) as Record<string, number>;
}

/** Ends nothing; only tells whether a pid is alive (a zombie is not). */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // The pid is gone: that is the answer.
    return false;
  }
}
