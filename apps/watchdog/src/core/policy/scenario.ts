import { DurationMs } from '@yoban/shared/config/fields';
import { PolicyId } from '@yoban/shared/policy/policy-fields';
import { z } from 'zod';
import type { PolicyEvent } from './policy-event.ts';
import { probesOfFault, type ServicePolicy } from './policy-rules.ts';
import type { SimulatedWorld } from './simulate.ts';

const probes = z.array(PolicyId).default([]);

/** A timeline to be played: what fails and passes when, what happens, and what actions do. */
export const Scenario = z.strictObject({
  /** Needed where several services have faults. */
  service: z.string().optional(),
  until: DurationMs.prefault('20m'),
  /** How long a look takes. */
  looks: DurationMs.prefault('0s'),
  timeline: z
    .array(
      z.strictObject({
        at: DurationMs,
        fail: probes,
        pass: probes,
        unknown: probes,
        process: z.enum(['exit', 'online', 'gave_up']).optional(),
        kick: PolicyId.optional(),
        maintenance: DurationMs.optional(),
        dependency: z.enum(['faulty', 'well']).optional(),
      }),
    )
    .default([]),
  actions: z
    .record(
      PolicyId,
      z.strictObject({
        ok: z.boolean().default(true),
        takes: DurationMs.prefault('1s'),
        /** From its end on these pass. */
        mends: probes,
      }),
    )
    .default({}),
});
export type Scenario = z.infer<typeof Scenario>;

/** The world that a scenario describes. What it does not name passes, and goes well within a second. */
export function worldOf(scenario: Scenario): SimulatedWorld {
  const mended = new Map<string, number>();
  const timeline = scenario.timeline.toSorted((one, other) => one.at - other.at);
  const isOf = (probe: string, at: number): 'pass' | 'fail' | 'unknown' => {
    const last = timeline.findLast(
      (one) => one.at <= at && [one.fail, one.pass, one.unknown].some((names) => names.includes(probe)),
    );
    const mendedAt = mended.get(probe) ?? Infinity;
    if (!last || (mendedAt >= last.at && mendedAt <= at)) return 'pass';
    return last.fail.includes(probe) ? 'fail' : last.unknown.includes(probe) ? 'unknown' : 'pass';
  };
  return {
    look: (probe, at) => {
      const is = isOf(probe, at);
      return { passes: is === 'pass', unknown: is === 'unknown', detail: is, tookMs: scenario.looks };
    },
    act: (action, at) => {
      const { ok = true, takes: tookMs = 1_000, mends = [] } = scenario.actions[action] ?? {};
      for (const probe of ok ? mends : []) mended.set(probe, at + tookMs);
      return { ok, tookMs };
    },
  };
}

/** What happens by itself in a scenario. `beginAt` is epoch ms. */
export function eventsOf({ timeline }: Scenario, beginAt: number): { at: number; event: PolicyEvent }[] {
  return timeline.flatMap(({ at, process, kick, maintenance, dependency }) => {
    const events: PolicyEvent[] = [];
    if (process) events.push({ type: 'process', event: process });
    if (kick) events.push({ type: 'kick', id: `kick-${at}`, action: kick, source: 'cli' });
    if (maintenance !== undefined) events.push({ type: 'maintenance', until: beginAt + at + maintenance });
    if (dependency) events.push({ type: 'dependencies', faulty: dependency === 'faulty' ? ['dependency'] : [] });
    return events.map((event) => ({ at, event }));
  });
}

/** All probes of one fault fail from the begin; for ever, or until the action that is named has been done. */
export function faultScenario(policy: ServicePolicy, fault: string, mendedBy: string | null): Scenario {
  const config = policy.faults[fault];
  const fail = config ? [...probesOfFault(config)] : [];
  return Scenario.parse({
    timeline: [{ at: '0s', fail }],
    actions: mendedBy === null ? {} : { [mendedBy]: { mends: fail } },
  });
}
