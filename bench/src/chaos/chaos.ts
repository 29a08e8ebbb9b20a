import type { Proof } from '../harness/proof.ts';
import { clock } from './cases/clock.ts';
import { crash } from './cases/crash.ts';
import { daemon } from './cases/daemon.ts';
import { database } from './cases/database.ts';
import { futile } from './cases/futile.ts';
import { hang } from './cases/hang.ts';
import { held } from './cases/held.ts';
import { kick } from './cases/kick.ts';
import { kit } from './cases/kit.ts';
import { loop } from './cases/loop.ts';
import { resources } from './cases/resources.ts';
import type { ChaosCase } from './chaos-case.ts';
import { type CasesWish, runCases } from './run-cases.ts';
import { sabotageNames, sabotages } from './sabotages.ts';

const numberOf = ({ n }: ChaosCase): number => Number.parseInt(n, 10);
const cases = [
  ...crash,
  ...hang,
  ...held,
  ...loop,
  ...futile,
  ...resources,
  ...database,
  ...kit,
  ...daemon,
  ...clock,
  ...kick,
].sort((one, other) => numberOf(one) - numberOf(other) || one.n.localeCompare(other.n));

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
export const wholeChaos = proofOf('all', 'the full matrix; writes docs/resilience.md', cases, true);

/** One case and its twin on every supervisor it is meant for, by its number. */
export const caseChaos: readonly Proof[] = [...new Set(cases.map(numberOf))].map((n) => {
  const own = cases.filter((one) => numberOf(one) === n);
  return proofOf(String(n), own[0]?.fault.what ?? '', own, true);
});
