import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';

const projectRoot = path.resolve(import.meta.dirname, '..', '..');
const standIn = path.join(import.meta.dirname, 'stand-in');

export interface Launcher {
  child: ChildProcess;
  pid: number;
  home: string;
  port: number;
  output: () => { stdout: string; stderr: string };
  /** Resolves at the ready line; rejects with everything said when the launcher ends before it. */
  ready: Promise<void>;
  exited: Promise<number | null>;
}

interface LauncherOptions {
  home?: string;
  port?: number;
  env?: Record<string, string>;
  /** Program and leading arguments, where not `node scripts/bootstrap.mjs start`. */
  command?: [string, ...string[]];
  /** The kit itself instead of the stand-in service. */
  wholeKit?: boolean;
}

/** A home in a folder of the test's own, removed by the caller. */
export const makeHome = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'yl-')), 'home');

/** Removes a home of `makeHome` with all above it, and the short folder its sockets may lie in. */
export function removeHome(home: string): void {
  const pm2 = path.join(home, 'pm2');
  if (existsSync(pm2)) rmSync(realpathSync(pm2), { recursive: true, force: true });
  const [top = ''] = path.relative(tmpdir(), home).split(path.sep);
  rmSync(path.join(tmpdir(), top), { recursive: true, force: true });
}

/** Starts the launcher, on the stand-in service unless the whole kit is asked for. */
export async function runLauncher(options: LauncherOptions = {}): Promise<Launcher> {
  const home = options.home ?? makeHome();
  const port = options.port ?? (await freePort(4));
  const [program, ...leading] = options.command ?? [process.execPath, 'scripts/bootstrap.mjs', 'start'];
  const ecosystem = options.wholeKit ? [] : ['--ecosystem', path.join(standIn, 'ecosystem.config.cjs')];
  const child = spawn(program, [...leading, ...ecosystem], {
    cwd: projectRoot,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      YOBAN_HOME: home,
      YOBAN_CONFIG: path.join(standIn, 'yoban.yml'),
      PORT: String(port),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
      if (said.stdout.includes('yoban ready:')) resolve();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    exited.then((code) => reject(new Error(`the launcher ended with ${code}: ${said.stdout}${said.stderr}`)), reject);
  });
  // Tests of failing starts wait for `exited` only; the rejection is theirs to ignore.
  ready.catch(() => undefined);
  if (child.pid === undefined) throw new Error('the launcher did not start');
  return { child, pid: child.pid, home, port, output: () => said, ready, exited };
}

/** Every process that has this home in its environment or command line: what "nothing is left" is judged by. */
export function processesOf(home: string): { pid: number; command: string }[] {
  const read = (pid: string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return ''; // it ended while we looked
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(pid, 'environ').includes(home) || read(pid, 'cmdline').includes(home))
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline') }));
}
