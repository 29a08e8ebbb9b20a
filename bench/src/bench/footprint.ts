import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningKit, startKit } from '@yoban/shared/testing/running-kit';
import { boundRow, type Proof, type ProofRow, plainRow } from '../harness/proof.ts';

const goalPssMb = 250;
const goalCorePercent = 1.5;
/** CPU is counted over this last part of the wait, when start-up work is long over. */
const measuredShare = 0.5;
const ticksPerSecond = 100;

interface Reading {
  pssMb: number;
  cpuSeconds: number;
}

const stat = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');

/** A process and all below it: PSS is what the machine pays, shared pages counted once. */
function readTree(pid: number): Reading {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid);
  return children
    .map(readTree)
    .reduce(
      (sum, one) => ({ pssMb: sum.pssMb + one.pssMb, cpuSeconds: sum.cpuSeconds + one.cpuSeconds }),
      readOne(pid),
    );
}

function readOne(pid: number): Reading {
  const pssKb = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  const fields = stat(pid);
  return { pssMb: pssKb / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
}

function parentOf(pid: number): number | null {
  try {
    return Number(stat(pid)[1]);
  } catch {
    // It ended while the list was read.
    return null;
  }
}

/** Which processes count: our services and Redis against the goal, the rest as rows of their own. */
function processesOf(kit: RunningKit): { counted: Record<string, number>; beside: Record<string, number> } {
  const pids = kit.pids();
  const services = Object.entries(pids).filter(([name]) => name.startsWith('yoban-'));
  const others = Object.entries(pids).filter(([name]) => !name.startsWith('yoban-'));
  const redis = Number(readFileSync(`${kit.home}/run/redis.pid`, 'utf8').match(/\d+/)?.[0]);
  const god = parentOf(services[0]?.[1] ?? 0) ?? 0;
  return {
    counted: { ...Object.fromEntries(services), redis },
    beside: { ...Object.fromEntries(others), launcher: kit.launcher.pid ?? 0, 'pm2 God': god },
  };
}

async function measure(seconds: number, say: (text: string) => void): Promise<ProofRow[]> {
  const kit = await startKit();
  try {
    const { counted, beside } = processesOf(kit);
    say(`kit ready in ${Math.round(kit.readyMs)} ms; idle for ${seconds} s`);
    await sleep(seconds * (1 - measuredShare) * 1_000);
    const before = readAll(counted);
    const startedAt = performance.now();
    await sleep(seconds * measuredShare * 1_000);
    const windowS = (performance.now() - startedAt) / 1_000;
    const after = readAll(counted);
    const percentOf = (name: string) =>
      (100 * ((after[name]?.cpuSeconds ?? 0) - (before[name]?.cpuSeconds ?? 0))) / windowS;
    const names = Object.keys(counted);
    const sum = (of: (name: string) => number) => names.reduce((total, name) => total + of(name), 0);
    const window = `over the last ${Math.round(windowS)} s of ${seconds} s idle`;
    return [
      boundRow({
        id: 'pss',
        what: 'all our services and Redis, sum of PSS',
        ours: sum((name) => after[name]?.pssMb ?? 0),
        unit: 'MB',
        atMost: goalPssMb,
      }),
      boundRow({
        id: 'cpu',
        what: 'the same, share of one core',
        ours: sum(percentOf),
        unit: '%',
        atMost: goalCorePercent,
        note: window,
      }),
      ...names.map((name) =>
        plainRow(
          `pss-${name}`,
          `${name}, PSS MB`,
          after[name]?.pssMb ?? 0,
          `${percentOf(name).toFixed(2)} % of a core`,
        ),
      ),
      ...Object.entries(besideReadings(beside)).map(([name, one]) =>
        plainRow(`beside-${name.replaceAll(' ', '-')}`, `${name}, PSS MB (no goal)`, one.pssMb),
      ),
      plainRow('ready-ms', 'npm start, set up and built, to the ready line, ms', kit.readyMs),
    ];
  } finally {
    await kit.stop();
    kit.remove();
  }
}

/** God and the launcher are parents of processes that have rows of their own: they are read alone. */
const besideReadings = (pids: Record<string, number>): Record<string, Reading> =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, readOne(pid)]));

const readAll = (pids: Record<string, number>): Record<string, Reading> =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, readTree(pid)]));

export const footprint: Proof = {
  name: 'footprint',
  what: 'memory and CPU of the idle kit (10 min by default; --seconds shortens)',
  sabotages: [],
  run: ({ seconds, say }) => measure(seconds, say),
};
