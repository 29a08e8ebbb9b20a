import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';

const password = 'of-the-house';
const installed = '/usr/lib/postgresql';

export interface PrivatePostgres {
  /** Address of the database `app` with a user of its own; `change` sets other parts of it. */
  url(change?: { user?: string; password?: string; database?: string; port?: number }): string;
  port: number;
  /** File of the certificate that it shows; nobody signed it. */
  certificate: string;
  /** Runs SQL as the superuser, one text. */
  sql(text: string, database?: string): string;
  /** SIGSTOP or SIGCONT for the server and all its sessions. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  start(): Promise<void>;
  /** Ends its sessions and the server, keeps the data. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Debian's own PostgreSQL with a cluster of this test's own on loopback: database `app` with owner `app`, superuser `postgres`,
 * passwords by SCRAM, TLS for whoever asks. It refuses to run as root, so root starts it as the user that came with it.
 */
export async function startPrivatePostgres(settings: readonly string[] = []): Promise<PrivatePostgres> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-pg-'));
  const owner = unprivileged();
  if (owner) {
    chmodSync(dir, 0o755);
    chownSync(dir, owner.uid, owner.gid);
  }
  const port = await freePort();
  const data = path.join(dir, 'data');
  const secret = path.join(dir, 'password');
  writeFileSync(secret, password, { mode: 0o644 });
  const auth = ['--auth=scram-sha-256', '-U', 'postgres', `--pwfile=${secret}`];
  execFileSync(programOf('initdb'), ['-D', data, ...auth, '-N', '--locale=C.UTF-8'], { ...owner, stdio: 'pipe' });
  const certificate = certify(dir, owner);
  let server: ChildProcess | null = null;
  const url: PrivatePostgres['url'] = (change = {}) => {
    const { user = 'app', database = 'app' } = change;
    return `postgres://${user}:${change.password ?? password}@127.0.0.1:${change.port ?? port}/${database}`;
  };
  const sql = (text: string, database = 'app') =>
    execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', text, url({ user: 'postgres', database })], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const start = async () => {
    const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', 'unix_socket_directories='];
    const tls = ['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${certificate}.key`];
    const own = ['fsync=off', ...tls, ...settings].flatMap((one) => ['-c', one]);
    const child = spawn(programOf('postgres'), ['-D', data, ...listen, ...own], { ...owner, stdio: 'ignore' });
    server = child;
    await waitFor('PostgreSQL', () => child.exitCode !== null || answers(() => sql('select 1', 'postgres')));
    if (child.exitCode !== null) throw new Error('PostgreSQL did not start');
  };
  const halt = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    // Immediate shutdown: a session that stands still would hold up any other.
    server.kill('SIGQUIT');
    await ended;
  };
  await start();
  for (const text of [`create role app login password '${password}'`, 'create database app owner app'])
    sql(text, 'postgres');
  return {
    ...{ url, port, certificate, sql, start, halt },
    signal: (name) => {
      if (server?.pid === undefined) return;
      for (const pid of [server.pid, ...childrenOf(server.pid)]) signalTo(pid, name);
    },
    stop: async () => {
      await halt();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function certify(dir: string, owner: { uid: number; gid: number } | null): string {
  const file = path.join(dir, 'server.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${file}.key`];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file, ...subject], { ...owner, stdio: 'pipe' });
  return file;
}

/** Null where we are no root ourselves. */
export function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Debian keeps the server's programs out of PATH, by version. */
function programOf(name: string): string {
  const versions = readdirSync(installed).sort((a, b) => Number(b) - Number(a));
  return path.join(installed, versions[0] ?? '', 'bin', name);
}

function answers(ask: () => unknown): boolean {
  try {
    ask();
    return true;
  } catch {
    return false;
  }
}

function signalTo(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // A session that was over already, and was cleared away meanwhile.
    if (!hasErrno(error, 'ESRCH')) throw error;
  }
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
