import type { ServicePolicy } from './policy-rules.ts';
import type { FaultState, PolicyState, Told } from './policy-state.ts';
import { isOpen } from './policy-work.ts';

/** What a person asks of one service's policy. Times are epoch ms. */
export interface PolicySummary {
  service: string;
  mode: 'enforce' | 'observe';
  /** When this was last true. */
  asOf: number;
  /** Why nothing is done now, or null. */
  held: string | null;
  faults: {
    fault: string;
    /** A state of docs/healing.md, in capitals. */
    state: string;
    incidentId: string | null;
    since: number | null;
    /** Until then it waits in this state; null where it waits for something else. */
    until: number | null;
    tried: string[];
    told: string[];
  }[];
  probes: { probe: string; standing: string; detail: string | null; seenAt: number | null }[];
  budgets: { budget: string; used: number; max: number; windowMs: number; freeAt: number | null }[];
  kick: string | null;
}

/** The state in the words of docs/healing.md. Pure; `now` is epoch ms. */
export function summarizePolicy(state: PolicyState, policy: ServicePolicy, now: number): PolicySummary {
  const { maintenance, deploying, blockedBy, latestAt, kick } = state;
  const held =
    maintenance && maintenance.until > now
      ? 'MAINTENANCE'
      : deploying
        ? 'DEPLOYING'
        : blockedBy.length > 0
          ? 'BLOCKED'
          : null;
  return {
    ...{ service: policy.service, mode: policy.mode, asOf: latestAt, held, kick: kick?.action ?? null },
    faults: Object.entries(state.faults).map(([fault, one]) => summaryOf(fault, one)),
    probes: Object.entries(state.probes).map(([probe, { standing, seen }]) => ({
      ...{ probe, standing, detail: seen?.detail ?? null, seenAt: seen?.endedAt ?? null },
    })),
    budgets: Object.entries(policy.budgets).map(([budget, { max, window: windowMs }]) => {
      const starts = (state.starts[budget] ?? []).filter((at) => now - at < windowMs);
      const oldest = starts[0];
      const freeAt = starts.length >= max && oldest !== undefined ? oldest + windowMs : null;
      return { budget, used: starts.length, max, windowMs, freeAt };
    }),
  };
}

function summaryOf(fault: string, state: FaultState): PolicySummary['faults'][number] {
  const name = state.at === 'held' ? state.why : state.at;
  const common = { fault, state: name.toUpperCase() };
  if (!isOpen(state)) return { ...common, incidentId: null, since: null, until: null, tried: [], told: [] };
  const { open } = state;
  const isTold = ([, { by }]: [string, Told]) => by !== 'owed';
  return {
    ...{ ...common, incidentId: open.takenUp ? open.incidentId : null, since: open.detectedAt },
    until: 'until' in state ? state.until : null,
    tried: open.tried.map(({ action, ok }) => `${action} ${ok ? 'ok' : 'failed'}`),
    told: Object.entries(open.told)
      .filter(isTold)
      .map(([alertType]) => alertType),
  };
}
