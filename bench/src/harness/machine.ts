import { execFileSync, spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import Database from 'better-sqlite3';

/** One line that says what the figures were measured on. */
export function machineText(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? 'unknown CPU'} × ${cores.length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`;
}

/** The commit measured, with `+` when the tree has changes of its own; `unknown` outside a checkout. */
export function commitText(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') ? '+' : ''}`;
  } catch {
    // A release archive has no git; the figures still stand.
    return 'unknown';
  }
}

/** Versions that the figures depend on; what is not installed is not named. */
export function versionTexts(): Record<string, string> {
  const db = new Database(':memory:');
  const sqlite = String(db.prepare('SELECT sqlite_version()').pluck().get());
  db.close();
  return {
    node: process.versions.node,
    sqlite,
    ...versionOf('redis', 'redis-server', /v=([\d.]+)/),
    ...versionOf('alertmanager', 'prometheus-alertmanager', /version ([\d.]+)/),
  };
}

function versionOf(name: string, program: string, pattern: RegExp): Record<string, string> {
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const version = pattern.exec(`${stdout}${stderr}`)?.[1];
  return version === undefined ? {} : { [name]: version };
}
