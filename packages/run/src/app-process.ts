import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { startTicksOf } from './proc.ts';

export interface StartedApp {
  pid: number;
  startTicks: number;
  /** What the app writes; null where it writes to our own output itself. */
  output: { out: Readable; error: Readable } | null;
}

export interface AppCommand {
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Read its output, or let it inherit ours. */
  piped: boolean;
}

/**
 * Starts the app in a session, and so a group, of its own: a signal to the group reaches its children and not us. Its input is
 * empty. Calls back with the exit of its first process; returns why it could not be started, a system error code where there is one.
 */
export async function launchApp(
  { program, args, env, piped }: AppCommand,
  onExit: (code: number | null, signal: string | null) => void,
): Promise<StartedApp | { failed: string }> {
  let child: ChildProcess;
  const output = piped ? 'pipe' : 'inherit';
  try {
    child = spawn(program, args, { env, detached: true, stdio: ['ignore', output, output] });
  } catch (error) {
    return { failed: codeOf(error) };
  }
  const { pid } = child;
  const startTicks = pid === undefined ? 0 : (startTicksOf(pid) ?? 0);
  if (pid === undefined) {
    return new Promise((resolve) => child.once('error', (error) => resolve({ failed: codeOf(error) })));
  }
  child.on('exit', onExit);
  const { stdout, stderr } = child;
  return { pid, startTicks, output: stdout && stderr ? { out: stdout, error: stderr } : null };
}

const codeOf = (error: unknown): string =>
  error instanceof Error ? ('code' in error ? String(error.code) : error.message) : String(error);
