import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { database } from '../chaos/cases/database.ts';
import { loop } from '../chaos/cases/loop.ts';
import type { ChaosCase, Stage } from '../chaos/chaos-case.ts';
import { setStage } from '../chaos/stage.ts';
import { boundRow, type Proof, type ProofRow, plainRow, ratioRow } from '../harness/proof.ts';
import { median, spread } from '../harness/stats.ts';
import { monitCycle } from './guarded-places.ts';
import { cycleMs, measurePeers, type Peers, repeat } from './mttr-peers.ts';

const full = { kills: 15, monitKills: 7, hangs: 7, notices: 9, restores: 3 };
const short = { kills: 5, monitKills: 2, hangs: 2, notices: 3, restores: 1 };
const fullRunSeconds = 300;

type Counts = typeof full;

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

const withLiveness: NonNullable<ChaosCase['policy']> = (app) => ({ health: { url: `${app.url}/healthz` } });

/** SIGKILL, to the notice of the restart at its receiver, ms. */
const ourNotice = (which: Pick<Partial<ChaosCase>, 'policy'>) =>
  onStage(which, async (stage) => {
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
    `peers: pm2, systemd and Monit (${monitCycle.badCycles} bad cycles of ${monitCycle.everyS} s, ${monitCycle.timeoutS} s for an answer)`,
  );
  const before = loadText();
  const theirs = await measurePeers(counts, say);
  say(
    `${counts.hangs} hangs, ${2 * counts.notices} crashes, ${counts.restores} corrupt databases, one crash loop of ours`,
  );
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
  const notices = await repeat(
    counts.notices,
    tried(() => ourNotice({ policy: withLiveness })),
  );
  const bareNotices = await repeat(
    counts.notices,
    tried(() => ourNotice({})),
  );
  const restores = await repeat(
    counts.restores,
    tried(() => ofCase(database, '15')),
  );
  const [loopMs = Number.NaN] = await repeat(
    1,
    tried(() => ofCase(loop, '9')),
  );
  const busy =
    'load average of the machine over a minute, before and after; the cores are shared with whatever else runs';
  return [
    ...rowsOf(theirs, { hangs, notices, bareNotices, restores, loopMs }),
    plainRow('load', busy, `${before}, ${loadText()}`),
  ];
}

const loadText = (): string => (loadavg()[0] ?? 0).toFixed(1);

interface Ours {
  hangs: number[];
  /** Of a service with a liveness address, and of one that is only seen as a process. */
  notices: number[];
  bareNotices: number[];
  restores: number[];
  loopMs: number;
}

const seconds = (sample: readonly number[]) => sample.map((ms) => ms / 1_000);

const rowsOf = (theirs: Peers, ours: Ours): ProofRow[] => [
  ...killRows(theirs),
  ...hangRows(seconds(ours.hangs), seconds(theirs.monitHang)),
  within(
    'notice',
    'kill -9 under yoban run, to the notice of the restart at its receiver, median s',
    median(seconds(ours.notices)),
    1,
    seconds(ours.notices),
  ),
  within(
    'notice-bare',
    'the same of a service without a liveness address, which must have run for 0.6 s',
    median(seconds(ours.bareNotices)),
    1,
    seconds(ours.bareNotices),
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

function killRows({ run, pm2, systemd, monitKill }: Peers): ProofRow[] {
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
    ...(systemd.length === 0 ? [] : [beside('kill-systemd', 'systemd --user', systemd)]),
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
  what: `faults until all is well, beside pm2, Monit and, where it runs, systemd (--seconds under ${fullRunSeconds}: a few of each)`,
  sabotages: [],
  run: ({ seconds, say }) => measure(seconds < fullRunSeconds ? short : full, say),
};
