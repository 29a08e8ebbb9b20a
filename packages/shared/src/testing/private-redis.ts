import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PrivateRedis {
  url: string;
  dir: string;
  pid: number;
  /** Ends it like a power cut of the process; `start` brings it back on the same data. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const startLimitMs = 30_000;

/** A real Redis of the test's own, as the kit starts it: unix socket, AOF always, noeviction. */
export async function startPrivateRedis(options: { appendonly?: boolean } = {}): Promise<PrivateRedis> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yr-'));
  const socket = path.join(dir, 'r.sock');
  let child: ChildProcess;
  const start = async () => {
    child = spawn('redis-server', ['-'], { stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin?.end(
      [
        'port 0',
        `unixsocket ${socket}`,
        'unixsocketperm 700',
        `dir ${dir}`,
        'save ""',
        'databases 1',
        `appendonly ${options.appendonly === false ? 'no' : 'yes'}`,
        'appendfsync always',
        'maxmemory-policy noeviction',
      ].join('\n'),
    );
    const deadline = Date.now() + startLimitMs;
    while (!(await answers(socket))) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('redis-server did not start');
      await sleep(10);
    }
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  await start();
  return {
    url: `unix://${socket}`,
    dir,
    get pid() {
      return child.pid ?? 0;
    },
    kill,
    start,
    stop: async () => {
      await kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket, () => client.write('PING\r\n'));
    const end = (answer: boolean) => {
      client.destroy();
      resolve(answer);
    };
    client.once('data', (data) => end(String(data).startsWith('+PONG')));
    client.once('error', () => end(false));
  });
}
