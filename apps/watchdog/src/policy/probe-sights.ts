import type { Finding } from '@yoban/host-tools/policy-probes/policy-probe';
import type { CheckOf } from '@yoban/shared/contracts/check';
import { isoTime } from '@yoban/shared/contracts/time';
import type { ServicePolicy } from '../core/policy/policy-rules.ts';

export interface ProbeSights {
  note(probe: string, finding: Finding): void;
  /** The newest of each probe that was ever looked at. */
  results(): CheckOf<'probe'>[];
}

/**
 * What the probes of one policy saw last, for people (H5). A look that could not tell does not take the place of one that could: that
 * one grows old instead.
 */
export function createProbeSights({ service, probes }: Pick<ServicePolicy, 'service' | 'probes'>): ProbeSights {
  const newest = new Map<string, CheckOf<'probe'>>();
  return {
    note: (name, { at, passes, unknown, value, unit, detail }) => {
      const config = probes[name];
      const before = newest.get(name);
      if (!config || (unknown && before && before.state !== 'unknown')) return;
      const observedAt = isoTime(at);
      newest.set(name, {
        ...{ check: 'probe', service, name, type: config.type, observedAt, everyMs: config.every },
        ...{ state: unknown ? 'unknown' : passes ? 'ok' : 'failing', value, unit, detail },
        goodAt: passes ? observedAt : (before?.goodAt ?? null),
      });
    },
    results: () => [...newest.values()],
  };
}
