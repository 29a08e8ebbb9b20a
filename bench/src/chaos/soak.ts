import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proof, ProofOptions, TimelineEntry } from '../harness/proof.ts';
import { seededRandom } from '../harness/random.ts';
import type { ChaosCase, Stage } from './chaos-case.ts';
import { dealFaults, type SoakFault } from './soak-faults.ts';
import { dayFaults, lookEveryMs, realPace, type SoakPace, scaledPace } from './soak-pace.ts';
import { type Memory, type Outcome, rowsOfSoak } from './soak-rows.ts';
import { setStage } from './stage.ts';

const settleMs = 2_000;

async function onFault(stage: Stage, fault: SoakFault, { patienceMs, pauseMs }: SoakPace): Promise<Outcome> {
  const pid = await stage.app.answers();
  const at = Date.now();
  if (pid === null) return { fault, at, overAt: null };
  await fault.begin({ stage, pid, pauseMs });
  const over = fault.real ? back(stage, pid, patienceMs) : stillThere(stage, pid, patienceMs / 2);
  return { fault, at, overAt: (await over) ? Date.now() : null };
}

const back = (stage: Stage, pid: number, withinMs: number): Promise<boolean> =>
  stage.back(pid, withinMs).then(
    () => true,
    () => false,
  );

async function stillThere(stage: Stage, pid: number, afterMs: number): Promise<boolean> {
  await sleep(afterMs);
  return (await stage.app.answers()) === pid;
}

/** MB in memory; null once the process has ended. */
function rssMb(pid: number): number | null {
  const file = `/proc/${pid}/status`;
  const text = existsSync(file) ? /^VmRSS:\s+(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return text === undefined ? null : Number(text) / 1_024;
}

function watchMemory(pid: number, everyMs: number): { seen: Memory[]; end: () => void } {
  const seen: Memory[] = [];
  const timer = setInterval(() => seen.push({ at: Date.now(), mb: rssMb(pid), load: loadavg()[0] ?? 0 }), everyMs);
  return { seen, end: () => clearInterval(timer) };
}

async function soak({ seed, say, sabotage }: ProofOptions, pace: SoakPace) {
  const { everyMs, count, policy, pauseMs, alarmAfterMs } = pace;
  const half = { what: 'soak', run: async () => undefined };
  const which: ChaosCase = { ...{ n: '0', on: ['command'], boundMs: 0, fault: half, twin: half }, policy };
  const stage = await setStage({ which, half, on: 'command', sabotage });
  const memory = watchMemory(stage.kit.watchdog.pid(), lookEveryMs(everyMs));
  const outcomes: Outcome[] = [];
  const alarming = alarmAfterMs !== null && pauseMs >= alarmAfterMs;
  try {
    for (const [n, fault] of dealFaults(count, seededRandom(seed)).entries()) {
      const begin = performance.now();
      const outcome = await onFault(stage, fault, pace);
      outcomes.push(outcome);
      say(`${n + 1}/${count} ${fault.name}: ${tookText(outcome)}, ${stage.actions().length} action(s) so far`);
      await sleep(Math.max(settleMs, everyMs - (performance.now() - begin)));
    }
    const [actions, told] = [stage.actions(), stage.kit.told()];
    const seen = { outcomes, actions, told, memory: memory.seen, windowMs: everyMs, alarming };
    return { rows: rowsOfSoak(seen), timeline: timelineOf(seen) };
  } finally {
    memory.end();
    await stage.close();
  }
}

const tookText = ({ at, overAt, fault }: Outcome): string =>
  overAt === null
    ? 'NOT AS IT MUST BE'
    : fault.real
      ? `back after ${((overAt - at) / 1_000).toFixed(1)} s`
      : 'left alone';

/** Faults, actions and what people were told, by time. */
function timelineOf(seen: Pick<Parameters<typeof rowsOfSoak>[0], 'outcomes' | 'actions' | 'told'>): TimelineEntry[] {
  const entry = (at: number, who: string, text: string) => ({ at: new Date(at).toISOString(), who, text });
  return [
    ...seen.outcomes.flatMap((outcome) => [
      entry(outcome.at, 'fault', outcome.fault.name),
      ...(outcome.overAt === null ? [] : [entry(outcome.overAt, 'app', tookText(outcome))]),
    ]),
    ...seen.actions.map(({ at, action, ok }) => entry(at, 'watchdog', `${action}${ok === false ? ' (failed)' : ''}`)),
    ...seen.told.map(({ at, text }) => entry(at, 'receiver', text.split('\n').slice(0, 2).join(' — '))),
  ].sort((one, other) => one.at.localeCompare(other.at));
}

/** A day of faults, one for each ten minutes, on a clock as fast as they allow; or a real hour of it. */
export const soakProof: Proof = {
  name: 'soak',
  what: `a day's ${dayFaults} faults one after the other (as many as fit into --seconds); --real-time: an hour, one each ten minutes`,
  sabotages: [],
  run: async (options) => {
    const count = Math.floor((options.seconds * 1_000) / scaledPace(0).everyMs);
    return (await soak(options, scaledPace(Math.max(4, Math.min(dayFaults, count))))).rows;
  },
  realTime: (options) => soak(options, realPace),
};
