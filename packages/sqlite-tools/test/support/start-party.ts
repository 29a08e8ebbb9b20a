import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A process that answers each line with a line. */
export interface Party {
  readonly pid: number;
  ask(line: string): Promise<string>;
  /** SIGKILL; resolves when every process of it is gone. */
  kill(): Promise<void>;
}

const started: Party[] = [];

/**
 * Starts `support/<name>.ts`; `elsewhere`: as in another container, with its own processes and host name. Fails, saying why, where
 * this user may not make such a place.
 */
export async function startParty(name: string, args: string[], where: 'here' | 'elsewhere' = 'here'): Promise<Party> {
  const program = path.join(import.meta.dirname, `${name}.ts`);
  const command = [process.execPath, '--conditions=yoban-src', program, ...args];
  const [file = '', ...rest] = where === 'here' ? command : [...elsewhere(), ...command];
  const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const party = partyOf(child);
  started.push(party);
  const answer = await party.ask('ready?').catch(() => 'ended');
  if (answer !== 'ready')
    throw new Error(`${name} did not start ${where} (${answer}); unshare(1) and its rights are needed`);
  return party;
}

/** A user who is not root needs a namespace in which he is. */
const elsewhere = (): string[] => [
  ...['unshare', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--uts'],
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  ...['sh', '-c', 'hostname elsewhere && exec "$@"', 'sh'],
];

function partyOf(child: ChildProcessByStdio<Writable, Readable, null>): Party {
  const lines = createInterface({ input: child.stdout });
  const closed = once(child, 'close');
  // What is left of a killed party's input has no reader.
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    ask: async (line) => {
      const answered = once(lines, 'line');
      child.stdin.write(`${line}\n`);
      const [answer] = await Promise.race([answered, closed.then(() => ['ended'])]);
      return String(answer);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

export async function killParties(): Promise<void> {
  for (const party of started.splice(0)) await party.kill();
}
