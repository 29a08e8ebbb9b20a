// A guarded app at H4's load: 50 model calls and 50 tips a second. Arguments: seconds, address of the kit (none = without the agent).
// Ends by itself and says on stdout, as one JSON line, what that cost it.
import { constants, setPriority } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MetricsCollector, Reporter } from '@yoban/agent';
import type { HostReading } from './agent-host.ts';

interface Agent {
  collector: MetricsCollector;
  reporter: Reporter;
}

const everyMs = 20;
const settleMs = 1_000;
const seconds = Number(process.argv[2]);
const url = process.argv[3];

let exceptions = 0;
const count = () => {
  exceptions += 1;
};
process.on('uncaughtException', count);
process.on('unhandledRejection', count);

/** Whatever else runs on the core is no part of the figures; only root may say so. */
function raisePriority(): boolean {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
    return true;
  } catch {
    // EACCES: the run is as exact as the core is quiet, and the rows tell how quiet it was.
    return false;
  }
}

/** The library is loaded here and not at the top: a host without the agent must not carry it either. */
async function loadAgent(kitUrl: string): Promise<() => Agent> {
  const { MetricsCollector, Reporter } = await import('@yoban/agent');
  return () => {
    const collector = new MetricsCollector();
    return { collector, reporter: new Reporter({ collector, url: kitUrl, token: 'bench' }) };
  };
}

/** One call and one tip each 20 ms by the clock: a late timer makes up for it. Returns how many of each. */
async function drive(agent: Agent | undefined): Promise<number> {
  const startedAt = performance.now();
  const planned = (seconds * 1_000) / everyMs;
  let done = 0;
  while (done < planned) {
    await sleep(everyMs);
    for (const due = Math.min(planned, (performance.now() - startedAt) / everyMs); done < due; done++) {
      const ms = 80 + (done % 977) * 1.37;
      agent?.collector.recordLlmCall(ms, done % 50 === 0 ? 'timeout' : 'ok');
      agent?.collector.recordTip(100 + (done % 90) * 10, ms / 10, done % 100 === 0 ? 'failed' : 'ok');
    }
  }
  return done;
}

/** More than the reporter keeps by default, so that memory is read at its ceiling and not on the way there. */
function flood({ collector }: Agent): void {
  for (let call = 0; call < 30_000; call++) collector.recordLlmCall(call * 1.001, 'ok');
}

/** Collected twice, with a pause: buffers that the first one frees are given back only after it. */
async function heldMb(): Promise<number> {
  globalThis.gc?.();
  await sleep(settleMs / 4);
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1024 ** 2;
}

const priorityRaised = raisePriority();
const openAgent = url === undefined ? undefined : await loadAgent(url);
await sleep(settleMs);
const heldBeforeMb = await heldMb();
const agent = openAgent?.();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const cpuBefore = process.cpuUsage();
const preemptedBefore = process.resourceUsage().involuntaryContextSwitches;
const startedAt = performance.now();
const pairs = await drive(agent);
const wallMs = performance.now() - startedAt;
const cpu = process.cpuUsage(cpuBefore);
delay.disable();
const preempted = process.resourceUsage().involuntaryContextSwitches - preemptedBefore;
const rssMb = process.memoryUsage.rss() / 1024 ** 2;
// The agent keeps no host alive, and nothing else is left to do while its last report is under way.
setInterval(() => {}, settleMs);
const delivered = await agent?.reporter.flush();
if (agent && delivered === false) flood(agent);
const reading: HostReading = {
  cpuPercent: (cpu.user + cpu.system) / 10 / wallMs,
  delayP99Ms: delay.percentile(99) / 1e6,
  delayMaxMs: delay.max / 1e6,
  grownMb: (await heldMb()) - heldBeforeMb,
  rssMb,
  events: 2 * pairs,
  waitingEvents: agent?.reporter.stats.waitingEvents ?? 0,
  exceptions,
  priorityRaised,
  preemptedPerSecond: (preempted * 1_000) / wallMs,
};
process.stdout.write(`${JSON.stringify(reading)}\n`, () => process.exit(0));
