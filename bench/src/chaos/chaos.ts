import type { Proof } from '../harness/proof.ts';
import { crash } from './cases/crash.ts';
import { database } from './cases/database.ts';
import { hang } from './cases/hang.ts';
import { kick } from './cases/kick.ts';
import { kit } from './cases/kit.ts';
import { loop } from './cases/loop.ts';
import { resources } from './cases/resources.ts';
import type { ChaosCase } from './chaos-case.ts';
import { runCases } from './run-cases.ts';
import { sabotageNames, sabotages } from './sabotages.ts';

const numberOf = ({ n }: ChaosCase): number => Number.parseInt(n, 10);
const cases = [...crash, ...hang, ...loop, ...resources, ...database, ...kit, ...kick].sort(
  (one, other) => numberOf(one) - numberOf(other) || one.n.localeCompare(other.n),
);

/** A sabotage is run against the case that is there for it: the others would only take their time. */
function chosen(wanted: readonly ChaosCase[], sabotage: string | null): readonly ChaosCase[] {
  const meant = sabotageNames.find((name) => name === sabotage);
  return meant ? cases.filter(({ n }) => n === sabotages[meant].case) : wanted;
}

const proofOf = (name: string, what: string, wanted: readonly ChaosCase[], everywhere: boolean): Proof => ({
  name,
  what,
  sabotages: sabotageNames,
  run: ({ sabotage, say }) => runCases({ cases: chosen(wanted, sabotage), everywhere, sabotage, say }),
});

/** Each case and its twin, once, on the cheapest supervisor. */
export const usualChaos = proofOf('usual', 'each case and its twin once, on its cheapest supervisor', cases, false);

/** Each case and its twin on every supervisor it is meant for. */
export const wholeChaos = proofOf('all', 'the full matrix; writes docs/resilience.md', cases, true);

/** One case and its twin on every supervisor it is meant for, by its number. */
export const caseChaos: readonly Proof[] = [...new Set(cases.map(numberOf))].map((n) => {
  const own = cases.filter((one) => numberOf(one) === n);
  return proofOf(String(n), own[0]?.fault.what ?? '', own, true);
});
