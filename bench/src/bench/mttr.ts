import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { database } from '../chaos/cases/database.ts';
import { loop } from '../chaos/cases/loop.ts';
import type { ChaosCase, Stage } from '../chaos/chaos-case.ts';
import { setStage } from '../chaos/stage.ts';
import { boundRow, type Proof, type ProofRow, plainRow, ratioRow } from '../harness/proof.ts';
import { median, spread } from '../harness/stats.ts';
import { type Guarded, monitCycle, startMonit, startPm2, startRun } from './guarded-places.ts';
import { killAndBack } from './restart.ts';
import { answersAt, freePort, tinyApp } from './tiny-app.ts';

const full = { kills: 15, monitKills: 7, hangs: 7, notices: 9, restores: 3 };
const short = { kills: 5, monitKills: 2, hangs: 2, notices: 3, restores: 1 };
const fullRunSeconds = 300;
/** So that faults fall anywhere in a cycle, not always at its begin. */
const cycleMs = 5_000;

type Counts = typeof full;

const repeat = async <T>(count: number, act: (round: number) => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let round = 0; round < count; round++) results.push(await act(round));
  return results;
};

/** SIGSTOP, to the first 200 of another process, ms. */
async function hangAndBack(port: number, pid: number): Promise<number> {
  const begin = performance.now();
  process.kill(pid, 'SIGSTOP');
  await answersAt(port, pid);
  return performance.now() - begin;
}

async function peers(counts: Counts): Promise<Record<'run' | 'pm2' | 'monitKill' | 'monitHang', number[]>> {
  const dir = mkdtempSync(path.join(tmpdir(), 'ym-'));
  const script = path.join(dir, 'app.mjs');
  writeFileSync(script, tinyApp);
  const stops: Guarded['stop'][] = [];
  const started = async (start: typeof startMonit, name: string) => {
    const own = path.join(dir, name);
    mkdirSync(own);
    const guarded = await start({ dir: own, script, port: await freePort() });
    stops.push(guarded.stop);
    await answersAt(guarded.port, null);
    return guarded;
  };
  try {
    const [ours, pm2, monit] = [
      await started(startRun, 'run'),
      await started(startPm2, 'pm2'),
      await started(startMonit, 'monit'),
    ];
    const monitHang = await repeat(counts.hangs, async (round) => {
      await sleep(3 * cycleMs + (round * cycleMs) / counts.hangs);
      return hangAndBack(monit.port, await answersAt(monit.port, null));
    });
    return {
      run: await repeat(counts.kills, () => killAndBack(ours)),
      pm2: await repeat(counts.kills, () => killAndBack(pm2)),
      monitKill: await repeat(counts.monitKills, async (round) => {
        await sleep((round * cycleMs) / counts.monitKills);
        return killAndBack(monit);
      }),
      monitHang,
    };
  } finally {
    for (const stop of stops) await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const plain = { n: '3', on: ['command'] as const, boundMs: 0 };
const half = { what: 'a figure', run: async () => undefined };

/** A new stage for each figure: what one fault leaves behind must not help or harm the next. */
async function onStage<T>(
  which: Partial<Parameters<typeof setStage>[0]['which']>,
  act: (stage: Stage) => Promise<T>,
): Promise<T> {
  const stage = await setStage({
    which: { ...plain, fault: half, twin: half, ...which },
    half,
    on: 'command',
    sabotage: null,
  });
  try {
    return await act(stage);
  } finally {
    await stage.close();
  }
}

const ourHang = (round: number, of: number) =>
  onStage({}, async (stage) => {
    await sleep((round * cycleMs) / of);
    const begin = performance.now();
    process.kill(stage.pid, 'SIGSTOP');
    await stage.back(stage.pid, 60_000);
    return performance.now() - begin;
  });

const ourNotice = () =>
  onStage({}, async (stage) => {
    const begin = Date.now();
    process.kill(stage.pid, 'SIGKILL');
    await stage.heard('INFO', 1, 20_000);
    return (stage.kit.told()[0]?.at ?? Number.NaN) - begin;
  });

/** One half of a chaos case as it is, with what must follow; ms. */
async function ofCase(cases: readonly ChaosCase[], n: string): Promise<number> {
  const which = cases.find((one) => one.n === n);
  if (!which) throw new Error(`no case ${n}`);
  return onStage(which, async (stage) => {
    const begin = performance.now();
    await which.fault.run(stage);
    return performance.now() - begin;
  });
}

async function measure(counts: Counts, say: (text: string) => void): Promise<ProofRow[]> {
  say(
    `peers: pm2 and Monit (${monitCycle.badCycles} bad cycles of ${monitCycle.everyS} s, ${monitCycle.timeoutS} s for an answer)`,
  );
  const theirs = await peers(counts);
  say(`${counts.hangs} hangs, ${counts.notices} crashes, ${counts.restores} corrupt databases, one crash loop of ours`);
  /** What did not come to its end is a missed row, not the end of the others. */
  const tried = (act: (round: number) => Promise<number>) => (round: number) =>
    act(round).catch((error: Error) => {
      say(error.message);
      return Number.POSITIVE_INFINITY;
    });
  const hangs = await repeat(
    counts.hangs,
    tried((round) => ourHang(round, counts.hangs)),
  );
  const notices = await repeat(counts.notices, tried(ourNotice));
  const restores = await repeat(
    counts.restores,
    tried(() => ofCase(database, '15')),
  );
  const [loopMs = Number.NaN] = await repeat(
    1,
    tried(() => ofCase(loop, '9')),
  );
  return rowsOf(theirs, { hangs, notices, restores, loopMs });
}

interface Ours {
  hangs: number[];
  notices: number[];
  restores: number[];
  loopMs: number;
}

const seconds = (sample: readonly number[]) => sample.map((ms) => ms / 1_000);

type Theirs = Awaited<ReturnType<typeof peers>>;

const rowsOf = (theirs: Theirs, ours: Ours): ProofRow[] => [
  ...killRows(theirs),
  ...hangRows(seconds(ours.hangs), seconds(theirs.monitHang)),
  within(
    'notice',
    'kill -9, to the notice at its receiver, median s',
    median(seconds(ours.notices)),
    1,
    seconds(ours.notices),
  ),
  within(
    'corrupt',
    'a corrupt database of 10 MB, to healthy, unattended, worst s',
    Math.max(...seconds(ours.restores)),
    60,
    seconds(ours.restores),
  ),
  plainRow(
    'loop',
    'a crash loop stopped at its budget and tried again after its window (40 s), s',
    ours.loopMs / 1_000,
  ),
];

const within = (id: string, what: string, ours: number, atMost: number, sample: readonly number[]): ProofRow =>
  boundRow({ id, what, ours, unit: 's', atMost, note: spread(sample) });

function killRows({ run, pm2, monitKill }: Theirs): ProofRow[] {
  const beside = (id: string, peer: string, times: number[]) =>
    ratioRow({
      id,
      what: `the same; peer ${peer}`,
      ours: median(run),
      peer: median(times),
      atMost: 1,
      note: `ms; peer ${spread(times)}`,
    });
  return [
    within('kill', 'kill -9 under yoban run, to the next 200, median s', median(seconds(run)), 0.5, seconds(run)),
    beside('kill-pm2', 'pm2', pm2),
    beside('kill-monit', 'Monit', monitKill),
  ];
}

const hangRows = (ours: number[], peer: number[]): ProofRow[] => [
  within('hang', 'hang, to the next 200, median s', median(ours), 10, ours),
  within('hang-worst', 'the same, worst', Math.max(...ours), 16, ours),
  ratioRow({
    ...{
      id: 'hang-monit',
      what: 'the same, median; peer Monit at the same cycle',
      ours: median(ours),
      peer: median(peer),
    },
    ...{ atMost: 1, note: `s; peer ${spread(peer)}` },
  }),
];

export const mttr: Proof = {
  name: 'mttr',
  what: `faults until all is well, beside pm2 and Monit (--seconds under ${fullRunSeconds}: a few of each)`,
  sabotages: [],
  run: ({ seconds, say }) => measure(seconds < fullRunSeconds ? short : full, say),
};
