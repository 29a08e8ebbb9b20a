import type { Proof } from '../harness/proof.ts';
import { allCases as cases, numberOf } from './all-cases.ts';
import type { ChaosCase } from './chaos-case.ts';
import { type CasesWish, runCases } from './run-cases.ts';
import { sabotageNames, sabotages } from './sabotages.ts';

type Wanted = Pick<CasesWish, 'cases' | 'halves' | 'everywhere'>;

/** A sabotage is run against the half that is there for it, on its cheapest supervisor: the others would only take their time. */
function chosen(wanted: Wanted, sabotage: string | null): Wanted {
  const meant = sabotageNames.find((name) => name === sabotage);
  if (!meant) return wanted;
  const { case: number, half } = sabotages[meant];
  return { cases: cases.filter(({ n }) => n === number), halves: [half], everywhere: false };
}

const proofOf = (name: string, what: string, wanted: readonly ChaosCase[], everywhere: boolean): Proof => ({
  name,
  what,
  sabotages: sabotageNames,
  run: ({ sabotage, say }) =>
    runCases({ ...chosen({ cases: wanted, halves: ['fault', 'twin'], everywhere }, sabotage), sabotage, say }),
});

/** Each case and its twin, once, on the cheapest supervisor. */
export const usualChaos = proofOf('usual', 'each case and its twin once, on its cheapest supervisor', cases, false);

/** Each case and its twin on every supervisor it is meant for. */
export const wholeChaos = proofOf(
  'all',
  'each of them on every supervisor it is meant for; always put on record',
  cases,
  true,
);

/** One case and its twin on every supervisor it is meant for, by its number. */
export const caseChaos: readonly Proof[] = [...new Set(cases.map(numberOf))].map((n) => {
  const own = cases.filter((one) => numberOf(one) === n);
  return proofOf(String(n), own[0]?.fault.what ?? '', own, true);
});
