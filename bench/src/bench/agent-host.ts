import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

/** What one run of the guarded app cost; see agent-host-main.ts. */
export interface HostReading {
  /** Share of one core over the run. */
  cpuPercent: number;
  /** Event-loop delay as Node samples it each millisecond, that millisecond included. */
  delayP99Ms: number;
  delayMaxMs: number;
  /** Heap and array buffers after a collection, against just before the agent was made. */
  grownMb: number;
  rssMb: number;
  /** Calls and tips made. */
  events: number;
  /** Of these, not yet with the kit at the end. */
  waitingEvents: number;
  exceptions: number;
  priorityRaised: boolean;
  /** How often another program took the core: what the delays of this run are worth. */
  preemptedPerSecond: number;
}

const main = path.join(import.meta.dirname, 'agent-host-main.ts');

/** Runs the app once on one core (where taskset exists) with the agent reporting to `url`, or without the agent. */
export async function runHost(seconds: number, url?: string): Promise<HostReading> {
  const node = [process.execPath, '--expose-gc', '--conditions=yoban-src', main, String(seconds)];
  const [program = '', ...args] = [...pinning(), ...node, ...(url === undefined ? [] : [url])];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`the guarded app ended with ${code}: ${said}`);
  return JSON.parse(said) as HostReading;
}

/** `taskset` on the last core we may use, where both are known; nothing elsewhere. */
export function pinning(): string[] {
  const taskset = '/usr/bin/taskset';
  try {
    accessSync(taskset, constants.X_OK);
    const core = /^Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return core === undefined ? [] : [taskset, '-c', core];
  } catch {
    // No such program or no such file: the run says "not pinned" and goes on.
    return [];
  }
}
