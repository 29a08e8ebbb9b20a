import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  boundRow,
  type Proof,
  type ProofOptions,
  type ProofRow,
  plainRow,
  type TimelineEntry,
} from '../harness/proof.ts';
import { pick, seededRandom } from '../harness/random.ts';
import { percentile } from '../harness/stats.ts';
import type { ChaosCase, Stage } from './chaos-case.ts';
import { setStage } from './stage.ts';

const dayFaults = 144;
const hourMs = 3_600_000;
const faultEveryMs = 600_000;
/** Until when a fault must be over, and a false one must not have been acted on. */
const patienceMs = 25_000;
const settleMs = 2_000;

interface SoakFault {
  name: string;
  /** False: it only looks like one, and must be left alone. */
  real: boolean;
  begin: (stage: Stage, pid: number) => unknown;
}

const faults: readonly [SoakFault, ...SoakFault[]] = [
  { name: 'killed', real: true, begin: (_, pid) => process.kill(pid, 'SIGKILL') },
  { name: 'crash', real: true, begin: ({ app }) => app.switch({ now: 'crash' }) },
  { name: 'hang', real: true, begin: (_, pid) => process.kill(pid, 'SIGSTOP') },
  { name: 'busy', real: true, begin: ({ app }) => app.switch({ now: 'busy' }) },
  { name: 'slow', real: true, begin: ({ app }) => app.untilRestart({ slowMs: 30_000, slowTimes: 1_000 }) },
  { name: 'wrong body', real: true, begin: ({ app }) => app.untilRestart({ body: 'unhealthy' }) },
  { name: 'slow once', real: false, begin: ({ app }) => app.untilRestart({ slowMs: 3_000, slowTimes: 1 }) },
  {
    name: 'stopped for 1 s',
    real: false,
    begin: async (_, pid) => {
      process.kill(pid, 'SIGSTOP');
      await sleep(1_000);
      process.kill(pid, 'SIGCONT');
    },
  },
];

interface Outcome {
  fault: SoakFault;
  at: number;
  /** Milliseconds to another answering process; null = not within the patience. */
  recoveredMs: number | null;
  /** Actions begun for it. */
  actions: number;
}

/** A window that holds as many faults as ten minutes do in the real run. */
const scaledPolicy =
  (everyMs: number): NonNullable<ChaosCase['policy']> =>
  () => {
    const restarts = { counts: ['restart'], max: 3, window: `${everyMs}ms`, backoff: ['0s', '1s'] };
    return { budgets: { restarts: { ...restarts, onExhausted: { mode: 'wait', notify: 'critical' } } } };
  };

async function onFault(stage: Stage, fault: SoakFault): Promise<Outcome> {
  const pid = await stage.app.answers();
  const before = stage.actions().length;
  const at = Date.now();
  if (pid === null) return { fault, at, recoveredMs: null, actions: 0 };
  const begin = performance.now();
  await fault.begin(stage, pid);
  const back = fault.real
    ? await stage.back(pid, patienceMs).then(
        () => performance.now() - begin,
        () => null,
      )
    : await stillThere(stage, pid, begin);
  return { fault, at, recoveredMs: back, actions: stage.actions().length - before };
}

async function stillThere(stage: Stage, pid: number, begin: number): Promise<number | null> {
  await sleep(patienceMs / 2);
  return (await stage.app.answers()) === pid ? performance.now() - begin : null;
}

const rssMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

async function soak(options: ProofOptions, wish: { everyMs: number; count: number }) {
  const { seed, say } = options;
  const random = seededRandom(seed);
  const half = { what: 'soak', run: async () => undefined };
  const which: ChaosCase = {
    ...{ n: '0', on: ['command'], boundMs: 0, fault: half, twin: half },
    policy: scaledPolicy(wish.everyMs),
  };
  const stage = await setStage({ which, half, on: 'command', sabotage: options.sabotage });
  const outcomes: Outcome[] = [];
  const memoryMb: number[] = [];
  try {
    for (let n = 0; n < wish.count; n++) {
      const begin = performance.now();
      const outcome = await onFault(stage, pick(faults, random));
      outcomes.push(outcome);
      memoryMb.push(rssMb(stage.kit.watchdog.pid()));
      const took = outcome.recoveredMs === null ? 'NOT RECOVERED' : `${(outcome.recoveredMs / 1_000).toFixed(1)} s`;
      say(`${n + 1}/${wish.count} ${outcome.fault.name}: ${took}, ${outcome.actions} action(s)`);
      await sleep(Math.max(settleMs, wish.everyMs - (performance.now() - begin)));
    }
    const starts = stage.actions().map(({ at }) => at);
    return { rows: rowsOf(outcomes, { memoryMb, starts, windowMs: wish.everyMs }), timeline: outcomes.map(entryOf) };
  } finally {
    await stage.close();
  }
}

const entryOf = ({ fault, at, recoveredMs, actions }: Outcome): TimelineEntry => ({
  at: new Date(at).toISOString(),
  who: fault.name,
  text: `${recoveredMs === null ? 'not recovered' : `${Math.round(recoveredMs)} ms`}; actions begun: ${actions}`,
});

function rowsOf(
  outcomes: readonly Outcome[],
  { memoryMb, starts, windowMs }: { memoryMb: number[]; starts: number[]; windowMs: number },
): ProofRow[] {
  const real = outcomes.filter(({ fault }) => fault.real);
  const recovered = real.flatMap(({ recoveredMs }) => (recoveredMs === null ? [] : [recoveredMs / 1_000]));
  const acted = outcomes.filter(({ actions }) => actions > 0);
  const wrongly = acted.filter(({ fault }) => !fault.real);
  const beyond = starts.filter((at, index) => at - (starts[index - 3] ?? Number.NEGATIVE_INFINITY) < windowMs).length;
  const quarter = Math.max(1, Math.floor(memoryMb.length / 4));
  const mean = (sample: readonly number[]) => sample.reduce((sum, one) => sum + one, 0) / sample.length;
  const grownMb = mean(memoryMb.slice(-quarter)) - mean(memoryMb.slice(0, quarter));
  const missedPct = real.length === 0 ? 0 : (1 - recovered.length / real.length) * 100;
  const wrongPct = acted.length === 0 ? 0 : (wrongly.length / acted.length) * 100;
  const bound = (id: string, what: string, ours: number, unit: string, atMost: number, note?: string) =>
    boundRow({ ...{ id, what, ours, unit, atMost }, ...(note !== undefined && { note }) });
  return [
    bound('not-recovered', 'faults that were not over by themselves', missedPct, '%', 20, `${real.length} faults`),
    bound(
      'false',
      'actions for what was no fault',
      wrongPct,
      '%',
      5,
      `${acted.length} acted on, ${outcomes.length - real.length} false ones`,
    ),
    bound('beyond', 'restarts beyond the budget', beyond, 'restarts', 0),
    bound('grown', 'RSS of the watchdog, last quarter over the first, MB', grownMb, 'MB', 10),
    plainRow('recover-p50', 'fault to the next 200, median s', percentile(recovered, 0.5)),
    plainRow('recover-p95', 'the same, p95 s', percentile(recovered, 0.95)),
  ];
}

/** A day of faults, one for each ten minutes, on a clock as fast as they allow; or a real hour of it. */
export const soakProof: Proof = {
  name: 'soak',
  what: `a day's ${dayFaults} faults one after the other (as many as fit into --seconds); --real-time: an hour, one each ten minutes`,
  sabotages: [],
  run: async (options) => {
    const everyMs = patienceMs / 2;
    const count = Math.max(4, Math.min(dayFaults, Math.floor((options.seconds * 1_000) / everyMs)));
    return (await soak(options, { everyMs, count })).rows;
  },
  realTime: (options) => soak(options, { everyMs: faultEveryMs, count: hourMs / faultEveryMs }),
};
