import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { pidNamespace } from '../../src/proc.ts';
import type { Push, Reply, RequestKind, Status } from '../../src/protocol.ts';
import { waitFor } from './wait-for.ts';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');
export const app = [process.execPath, path.join(import.meta.dirname, 'app-main.mjs')];

export interface Parent {
  child: ChildProcess;
  pid: number;
  socket: string;
  out(): string;
  error(): string;
  /** Waits for this on its stderr, which is another way than the socket and the exit, and may be behind them. */
  says(text: string | RegExp): Promise<unknown>;
  ask(kind: RequestKind): Promise<Reply>;
  status(): Promise<Status>;
  /** Waits for the app to be in this state. */
  until(state: Status['state']): Promise<Status>;
  /** Resolves with what the parent ended with. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Kills the parent and all it started. */
  cleanUp(): Promise<void>;
}

export interface ParentOptions {
  socket: string;
  flags?: string[];
  command: string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Runs the parent through this, such as a shell that sets a limit. */
  through?: string[];
}

/** A real parent in a process of its own. Nothing is awaited here. */
export function startParent({ socket, flags = [], command, env = {}, cwd, through = [] }: ParentOptions): Parent {
  const line = [
    ...through,
    process.execPath,
    '--conditions=yoban-src',
    main,
    '--socket',
    socket,
    ...flags,
    '--',
    ...command,
  ];
  const [program = '', ...args] = line;
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LANG: 'C', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    error += bytes.toString();
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const ask = (kind: RequestKind) => askAt(socket, kind);
  const status = async (): Promise<Status> => {
    const reply = await ask('status');
    if (!reply.ok) throw new Error(reply.message);
    return reply.status;
  };
  return {
    ...{ child, pid: child.pid ?? 0, socket, ask, status, ended },
    out: () => out,
    error: () => error,
    says: (text) =>
      waitFor(`${text} on stderr`, () => (typeof text === 'string' ? error.includes(text) : text.test(error))),
    until: (state) =>
      waitFor(`the app to be ${state}`, async () => {
        if (child.exitCode !== null) throw new Error(`the parent ended with ${child.exitCode}: ${error}`);
        const now = await status().catch(() => null);
        return now?.state === state ? now : null;
      }),
    cleanUp: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const now = await status().catch(() => null);
      child.kill('SIGTERM');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      const { code } = await ended;
      clearTimeout(killer);
      // Of a parent in another pid namespace nothing is left, and its numbers are strangers' here.
      if (code === null && now?.pid && now.pidNamespace === pidNamespace()) killQuietly(-now.pid);
    },
  };
}

/** A group by its negative number. @throws where there is no pid: 0 would mean the whole group of the tests themselves. */
export function killQuietly(pid: number | null): void {
  if (!pid) throw new Error('no process to kill');
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** One request on a connection of its own. */
export async function askAt(socket: string, kind: RequestKind): Promise<Reply> {
  const client = openClient(socket);
  try {
    client.send({ id: kind, do: kind });
    return await client.reply(kind);
  } finally {
    client.connection.destroy();
  }
}

export interface Client {
  connection: Socket;
  send(message: object | string): void;
  reply(id: string): Promise<Reply>;
  pushes(): Push[];
  lines(): string[];
}

export function openClient(socket: string): Client {
  const connection = connect(socket);
  const lines: string[] = [];
  let rest = '';
  let failure: Error | null = null;
  connection.setEncoding('utf8');
  connection.on('error', (error) => {
    failure = error;
  });
  connection.on('data', (text: string) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const parsed = (): (Reply | Push)[] => lines.map((line) => JSON.parse(line));
  return {
    connection,
    send: (message) => void connection.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`),
    reply: (id) =>
      waitFor(`the reply to ${id}`, () => {
        if (failure) throw failure;
        return parsed().find((one): one is Reply => 'id' in one && one.id === id);
      }),
    pushes: () => parsed().filter((one): one is Push => 'event' in one),
    lines: () => lines,
  };
}
