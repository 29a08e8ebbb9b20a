import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { type PrivatePostgres, unprivileged } from './private-postgres.ts';

export interface PrivatePgbouncer {
  /** Address through the pool; database `pgbouncer` is its console. User `watch` may look into it, `app` may not. */
  url(change?: { user?: string; password?: string; database?: string }): string;
  stop(): Promise<void>;
}

/** Debian's own pgbouncer before a private PostgreSQL; `settings` are lines of its `[pgbouncer]` section. */
export async function startPrivatePgbouncer(
  postgres: PrivatePostgres,
  settings: readonly string[] = [],
): Promise<PrivatePgbouncer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-pool-'));
  const owner = unprivileged();
  const port = await freePort();
  const { password } = new URL(postgres.url());
  const users = path.join(dir, 'users.txt');
  writeFileSync(users, ['app', 'watch'].map((user) => `"${user}" "${password}"\n`).join(''), { mode: 0o644 });
  const file = path.join(dir, 'pgbouncer.ini');
  writeFileSync(file, iniOf({ port, users, postgresPort: postgres.port, settings }), { mode: 0o644 });
  chmodSync(dir, 0o755);
  if (owner) chownSync(dir, owner.uid, owner.gid);
  const child = spawn('pgbouncer', ['-q', file], { ...owner, stdio: 'ignore' });
  await waitFor('pgbouncer', async () => child.exitCode !== null || (await listens(port)));
  if (child.exitCode !== null) throw new Error('pgbouncer did not start');
  return {
    url: (change = {}) => postgres.url({ ...change, port }),
    stop: async () => {
      const ended = once(child, 'exit');
      if (child.kill('SIGQUIT')) await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface Ini {
  port: number;
  users: string;
  postgresPort: number;
  settings: readonly string[];
}

const iniOf = ({ port, users, postgresPort, settings }: Ini) =>
  [
    '[databases]',
    `app = host=127.0.0.1 port=${postgresPort} dbname=app`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    'stats_users = watch',
    'admin_users = watch',
    ...settings,
    '',
  ].join('\n');

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => end(true));
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('error', () => end(false));
  });
}
