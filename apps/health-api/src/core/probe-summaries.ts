import type { CheckOf } from '@yoban/shared/contracts/check';
import type { ProbeSummary } from '@yoban/shared/contracts/health';
import { freshnessOf } from './staleness.ts';

/** The probes of one service's policy as everybody may see them, each with its age. `now` is epoch ms. */
export function probeSummaries(probes: ReadonlyMap<string, CheckOf<'probe'>>, now: number): ProbeSummary[] {
  return [...probes.values()].map(({ service, name, type, state, value, unit, observedAt, everyMs }) => ({
    ...{ service, name, type, status: state, value, unit },
    ...freshnessOf(Date.parse(observedAt), everyMs, now),
  }));
}
