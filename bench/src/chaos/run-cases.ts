import { loadavg } from 'node:os';
import type { Took } from '@yoban/shared/testing/own-time';
import type { ProofRow } from '../harness/proof.ts';
import type { ChaosCase } from './chaos-case.ts';
import { endEngine } from './engine.ts';
import { createTurns, inLanes } from './lanes.ts';
import { NotHere } from './not-here.ts';
import type { PlaceKind } from './place.ts';
import { setStage } from './stage.ts';
import { isTook } from './took.ts';

export interface CasesWish {
  cases: readonly ChaosCase[];
  halves: readonly HalfName[];
  /** Each case on all its supervisors, not on its cheapest alone. */
  everywhere: boolean;
  sabotage: string | null;
  say: (text: string) => void;
}

/** The goal of a half whose time says nothing. */
const asItSays = 'as it says';

export type HalfName = 'fault' | 'twin';

/** `23b-twin@pm2` */
export const halfId = ({ n }: ChaosCase, name: HalfName, on: PlaceKind): string =>
  `${n}${name === 'twin' ? '-twin' : ''}@${on}`;

interface Job {
  which: ChaosCase;
  name: HalfName;
  on: PlaceKind;
}

/** Nearly all of a case is waiting; what is not, the setting of a stage, is done by few at a time. */
const [laneCount, settingCount] = [4, 2];
/** Below this a stage that is set beside it would be measured, too. */
const aloneBelowMs = 5_000;

/** Each half on a stage of its own: what one leaves behind must not help or harm another. */
export async function runCases(wish: CasesWish): Promise<ProofRow[]> {
  const jobs = wish.cases.flatMap((which) =>
    (wish.everywhere ? which.on : which.on.slice(0, 1)).flatMap((on) =>
      wish.halves.map((name): Job => ({ which, name, on })),
    ),
  );
  const inTurn = createTurns(settingCount);
  const begin = performance.now();
  const work = async (job: Job) => {
    const row = { ...(await runHalf(job, wish.sabotage, inTurn)), load: Math.round((loadavg()[0] ?? 0) * 10) / 10 };
    const at = Math.round((performance.now() - begin) / 1_000);
    wish.say(`${at} s, ${row.id}: ${resultOf(row)} ${row.ours ?? ''} ${row.note ?? ''}`);
    return row;
  };
  const isTight = ({ which }: Job) => which.boundMs < aloneBelowMs;
  try {
    const alone = await inLanes(jobs.filter(isTight), 1, work);
    const beside = await inLanes(
      jobs.filter((job) => !isTight(job)),
      laneCount,
      work,
    );
    const rows = new Map([...alone, ...beside].map((row) => [row.id, row]));
    return jobs.flatMap((job) => rows.get(idOf(job)) ?? []);
  } finally {
    await endEngine();
  }
}

const resultOf = ({ met }: ProofRow): string => (met === null ? 'LEFT OUT' : met ? 'met' : 'MISSED');
const idOf = ({ which, name, on }: Job): string => halfId(which, name, on);

type Turns = ReturnType<typeof createTurns>;

async function runHalf(job: Job, sabotage: string | null, inTurn: Turns): Promise<ProofRow> {
  const { which, name } = job;
  const base = { id: idOf(job), what: which[name].what, peer: null, ratio: null };
  const bound = name === 'fault' ? which.boundMs / 1_000 : null;
  const goal = bound === null ? asItSays : `≤ ${bound} s`;
  try {
    const took = await timed(job, sabotage, inTurn);
    if (took === null) return { ...base, goal: asItSays, ours: null, met: true };
    const seconds = took.tookMs / 1_000;
    const ours = seconds < 1 ? Math.round(seconds * 100) / 100 : Math.round(seconds * 10) / 10;
    return { ...base, goal, ours, met: bound === null || took.ownMs / 1_000 <= bound };
  } catch (error) {
    if (error instanceof NotHere) return { ...base, goal: null, ours: null, met: null, note: error.message };
    return { ...base, goal, ours: null, met: false, note: error instanceof Error ? error.message : String(error) };
  }
}

/** Of the half itself, its stage already set; or what the half says that its bound is about. Null: nothing of it is. */
async function timed({ which, name, on }: Job, sabotage: string | null, inTurn: Turns): Promise<Took | null> {
  const half = which[name];
  const stage = await inTurn(() => setStage({ which, half, on, sabotage }));
  try {
    const took = stage.startTook();
    const ofBound = await half.run(stage);
    if (ofBound === null) return null;
    return isTook(ofBound) ? ofBound : took();
  } finally {
    await stage.close();
  }
}
