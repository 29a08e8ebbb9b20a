import type { CallKind, Calls } from './minute-calls.ts';

/** Running totals of a service since it was first seen; they outlive restarts of both sides and feed Prometheus counters. */
export type Counters = Record<string, number | undefined>;

const add = (counters: Counters, name: string, by: number) => {
  if (by !== 0) counters[name] = (counters[name] ?? 0) + by;
};

/** The counters after one more report. Names: `<kind>.<outcome>`, `tips.yen`, `llm.ms`. */
export function countCalls(before: Counters, calls: Record<CallKind, Calls>): Counters {
  const after = { ...before };
  for (const kind of ['llm', 'tips', 'cycles'] as const) {
    add(after, `${kind}.ok`, calls[kind].ok);
    add(after, `${kind}.failed`, calls[kind].failed);
    add(after, `${kind}.ms`, calls[kind].sumMs);
  }
  add(after, 'llm.timeout', calls.llm.timeouts);
  add(after, 'llm.fallback', calls.llm.fallbacks);
  add(after, 'tips.yen', calls.tips.sumYen);
  return after;
}
