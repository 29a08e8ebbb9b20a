import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';

export interface PrivatePostfix {
  /** smtp://127.0.0.1:port */
  url: string;
  /** What it says first to whoever connects. */
  banner: string;
  /** Mails of a mailbox at example.test as the server filed them, in no order. */
  mailsOf(mailbox: string): string[];
  stop(): Promise<void>;
}

/**
 * Debian's own postfix with folders of this test's own: it listens on loopback, files mail for `ops` and `duty` at
 * example.test, asks mail for `later` to come again, refuses everybody else, and sends nothing out. Needs root, as postfix does.
 */
export async function startPrivatePostfix(): Promise<PrivatePostfix> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-postfix-'));
  // Its daemons are no root: they must get through to their own folders.
  chmodSync(dir, 0o755);
  const owner = { uid: idOf('-u'), gid: idOf('-g') };
  const at = (name: string) => path.join(dir, name);
  for (const name of ['conf', 'queue', 'data', 'mail']) mkdirSync(at(name));
  for (const name of ['data', 'mail']) chownSync(at(name), owner.uid, owner.gid);
  const port = await freePort();
  writeFileSync(at('conf/main.cf'), mainCf(dir, owner));
  writeFileSync(at('conf/master.cf'), masterCf(port));
  const master = spawn('postfix', ['-c', at('conf'), 'start-fg'], { stdio: 'ignore' });
  const banner = await waitFor('a banner of postfix', () => greetingOf(port)).catch((error: unknown) => {
    const log = existsSync(at('log')) ? readFileSync(at('log'), 'utf8') : 'no log';
    throw new Error(`postfix did not start: ${log}`, { cause: error });
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    banner,
    mailsOf: (mailbox) => {
      const folder = at(`mail/${mailbox}/new`);
      return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8')) : [];
    },
    stop: async () => {
      await ended(master, at('conf'));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const idOf = (flag: '-u' | '-g'): number => Number(execFileSync('id', [flag, 'postfix'], { encoding: 'utf8' }));

async function ended(master: ChildProcess, conf: string): Promise<void> {
  if (master.exitCode !== null || master.signalCode !== null) return;
  const exited = once(master, 'exit');
  execFileSync('postfix', ['-c', conf, 'stop'], { stdio: 'ignore' });
  await exited;
}

const mainCf = (dir: string, { uid, gid }: { uid: number; gid: number }) => `compatibility_level = 3.6
queue_directory = ${dir}/queue
data_directory = ${dir}/data
maillog_file = ${dir}/log
maillog_file_prefixes = ${dir}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
default_transport = error:nothing leaves this machine
fast_flush_domains =
virtual_mailbox_domains = example.test
virtual_mailbox_base = ${dir}/mail
virtual_mailbox_maps = inline:{ {ops@example.test = ops/}, {duty@example.test = duty/}, {later@example.test = later/} }
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{ {later@example.test = 450 4.7.1 come again later} }
`;

/** Nothing in a chroot: it would need system files copied into the queue folder. */
const masterCf = (port: number) =>
  [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'proxymap unix - - n - - proxymap',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');

function greetingOf(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (said: string | null) => {
      socket.destroy();
      resolve(said);
    };
    socket.once('data', (data) => end(String(data).trim()));
    socket.once('error', () => end(null));
    socket.setTimeout(1_000, () => end(null));
  });
}
