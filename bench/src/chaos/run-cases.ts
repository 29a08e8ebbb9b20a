import type { ProofRow } from '../harness/proof.ts';
import type { ChaosCase, ChaosHalf } from './chaos-case.ts';
import type { PlaceKind } from './place.ts';
import { setStage } from './stage.ts';

export interface CasesWish {
  cases: readonly ChaosCase[];
  /** Each case on all its supervisors, not on its cheapest alone. */
  everywhere: boolean;
  sabotage: string | null;
  say: (text: string) => void;
}

/** Case after case, each half on a stage of its own: what one leaves behind must not help or harm the next. */
export async function runCases({ cases, everywhere, sabotage, say }: CasesWish): Promise<ProofRow[]> {
  const rows: ProofRow[] = [];
  for (const which of cases) {
    for (const on of everywhere ? which.on : which.on.slice(0, 1)) {
      for (const half of ['fault', 'twin'] as const) {
        const row = await runHalf(which, half, on, sabotage);
        say(`${row.id}: ${row.met ? 'met' : 'MISSED'} ${row.ours ?? ''} ${row.note ?? ''}`);
        rows.push(row);
      }
    }
  }
  return rows;
}

async function runHalf(which: ChaosCase, name: 'fault' | 'twin', on: PlaceKind, sabotage: string | null) {
  const half = which[name];
  const id = `${which.n}${name === 'twin' ? '-twin' : ''}@${on}`;
  try {
    const seconds = await timed(which, half, on, sabotage);
    return rowOf(id, half.what, { seconds, boundS: name === 'fault' ? which.boundMs / 1_000 : null });
  } catch (error) {
    return { ...rowOf(id, half.what, null), note: error instanceof Error ? error.message : String(error) };
  }
}

/** Seconds of the half itself, its stage already set. */
async function timed(which: ChaosCase, half: ChaosHalf, on: PlaceKind, sabotage: string | null): Promise<number> {
  const stage = await setStage({ which, half, on, sabotage });
  try {
    const begin = performance.now();
    await half.run(stage);
    return (performance.now() - begin) / 1_000;
  } finally {
    await stage.close();
  }
}

function rowOf(id: string, what: string, took: { seconds: number; boundS: number | null } | null): ProofRow {
  const goal = took?.boundS == null ? 'as it says' : `≤ ${took.boundS} s`;
  const met = took !== null && (took.boundS === null || took.seconds <= took.boundS);
  return { id, what, ours: took && Math.round(took.seconds * 10) / 10, peer: null, ratio: null, goal, met };
}
