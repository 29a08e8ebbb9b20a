import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { ServicePolicy } from '../core/policy/policy-rules.ts';
import { fitToPolicy, PolicyState } from '../core/policy/policy-state.ts';
import { type PolicySummary, summarizePolicy } from '../core/policy/summarize-policy.ts';

export type StatusLine = PolicySummary | { service: string; neverRan: true };

/** What the watchdog has on its disk of each policy, which may run or not: nothing is written. */
export function readStatus(policies: readonly ServicePolicy[], storeFile: string, now: number): StatusLine[] {
  const kept = readStates(storeFile);
  return policies.map((policy) => {
    const parsed = PolicyState.safeParse(kept.get(policy.service));
    if (!parsed.success) return { service: policy.service, neverRan: true };
    return summarizePolicy(fitToPolicy(parsed.data, policy, now), policy, now);
  });
}

/** The kept states by service, as they lie there. */
export function readStates(storeFile: string): Map<string, unknown> {
  if (!existsSync(storeFile)) return new Map();
  const db = new Database(storeFile, { readonly: true, timeout: 2_000 });
  try {
    const there = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'policy_state'").get();
    if (!there) return new Map();
    const rows = db.prepare<[], { service: string; state: string }>('SELECT service, state FROM policy_state').all();
    return new Map(rows.map(({ service, state }) => [service, JSON.parse(state)]));
  } finally {
    db.close();
  }
}
