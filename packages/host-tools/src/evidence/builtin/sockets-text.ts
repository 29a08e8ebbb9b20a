import { readdirSync, readlinkSync } from 'node:fs';
import { hasErrno } from '@yoban/shared/errors';
import { commandLine, processIds, readProc } from '../../proc.ts';

/** As the kernel numbers them (include/net/tcp_states.h). */
const states = [
  ...['?', 'ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT'],
  ...['CLOSE', 'CLOSE_WAIT', 'LAST_ACK', 'LISTEN', 'CLOSING'],
];

interface SocketRow {
  address: string;
  port: number;
  state: string;
  inode: string;
}

/** Who listens at which TCP port, and how many connections each of these ports has in which state. */
export function socketsText(): string {
  const rows = ['net/tcp', 'net/tcp6'].flatMap((file) => rowsOf(readProc(file) ?? ''));
  const listeners = rows.filter(({ state }) => state === 'LISTEN').sort((a, b) => a.port - b.port);
  const holders = holdersBySocket(new Set(listeners.map(({ inode }) => inode)));
  const lines = listeners.map(({ address, port, inode }) => {
    const connections = rows.filter((row) => row.port === port && row.state !== 'LISTEN');
    return `LISTEN ${address}:${port}\t${holders.get(inode) ?? 'pid unknown'}\t${counted(connections)}`;
  });
  return `${lines.join('\n')}\nall: ${counted(rows)}\n`;
}

function rowsOf(text: string): SocketRow[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address, port] = local?.split(':') ?? [];
      if (!address || !port) return [];
      return [
        {
          address: addressOf(address),
          port: Number.parseInt(port, 16),
          state: states[Number.parseInt(state, 16)] ?? '?',
          inode,
        },
      ];
    });
}

/** Words of 32 bits in the machine's own order, which is little-endian wherever Node runs. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) return bytes.join('.');
  const words = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  return `[${words.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')}]`;
}

function counted(rows: readonly SocketRow[]): string {
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'no connection';
}

function holdersBySocket(inodes: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const pid of processIds()) {
    for (const inode of socketsOf(pid)) {
      if (inodes.has(inode)) found.set(inode, `pid ${pid} ${(commandLine(pid) ?? '').slice(0, 200)}`);
    }
  }
  return found;
}

function socketsOf(pid: number): string[] {
  const links = unlessGone(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return links.flatMap((fd) => {
    const target = unlessGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return /^socket:\[(\d+)\]$/.exec(target ?? '')?.[1] ?? [];
  });
}

/** Null for a process that has ended, or is another user's. */
function unlessGone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return null;
    throw error;
  }
}
