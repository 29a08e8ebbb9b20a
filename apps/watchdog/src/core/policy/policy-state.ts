import { AlertParams } from '@yoban/shared/contracts/alert';
import { z } from 'zod';
import { type ServicePolicy, scheduledProbes } from './policy-rules.ts';

/** What is known of a probe. Times are epoch ms; `clock_jumped` moves every key that ends in At, Since or until. */
const ProbeStanding = z.object({
  standing: z.enum(['unknown', 'passing', 'failing']),
  /** Looks in a row. */
  bad: z.int(),
  good: z.int(),
  /** Begin of the first bad look of the row. */
  badSince: z.number().nullable(),
  /** Begin of the newest look that passed: it was well then. */
  goodAt: z.number().nullable().default(null),
  /** Begin of the last look that was counted. */
  countedAt: z.number().nullable(),
  rechecks: z.int(),
  /** Next look by the clock; null = only on demand. */
  dueAt: z.number().nullable(),
  lookingSince: z.number().nullable(),
  /** The look under way was due by the clock, so it counts for ladders by number. */
  scheduled: z.boolean(),
  /** Asked for while a look was under way that may have begun too early. */
  again: z.boolean(),
  seen: z
    .object({ beganAt: z.number(), endedAt: z.number(), passes: z.boolean(), unknown: z.boolean(), detail: z.string() })
    .nullable(),
});
export type ProbeStanding = z.infer<typeof ProbeStanding>;

export const Level = z.enum(['critical', 'warning', 'info']);
export type Level = z.infer<typeof Level>;

/**
 * What people were told under one alert type: by us, by a built-in watch instead, or not yet (owed from `at` on). `raised`: we raised it,
 * if only at a lesser level, so its recovery is ours to tell.
 */
const Told = z.object({
  level: Level,
  by: z.enum(['us', 'elsewhere', 'owed']),
  at: z.number(),
  raised: z.boolean(),
  /** What its text is filled with beside the general: it may be told much later. */
  params: AlertParams.default({}),
  /** Incidents of other faults that raised the same alert and are over: its recovery, which is one, is theirs too. */
  alsoOf: z.array(z.object({ incidentId: z.string(), fault: z.string() })).default([]),
});
export type Told = z.infer<typeof Told>;

/** A fault from its detection to its end. */
const Open = z.object({
  incidentId: z.string(),
  /** Begin of the first bad look. */
  detectedAt: z.number(),
  /** When it was last seen to be well, where that is known, and when enough bad looks had confirmed it. */
  beganAt: z.number().nullable().default(null),
  confirmedAt: z.number().nullable().default(null),
  /** It is ours: the grace of the supervisor is over and nothing holds us back. Only then is there an incident. */
  takenUp: z.boolean(),
  /** For ladders by number: 1 when it was detected, one more at each failing look by the clock that finds it standing. */
  failures: z.int(),
  prev: z.enum(['none', 'done', 'unverified']),
  told: z.record(z.string(), Told),
  /** Actions that this fault forbids to every fault of the service. */
  suppressing: z.array(z.string()),
  /** Probes that a repair failed to satisfy: they must pass, too, before this is over. */
  mustPass: z.array(z.string()),
  tried: z.array(z.object({ action: z.string(), ok: z.boolean() })),
  /** When a repair was proven, or a step without a proof ended well after which no look by the clock has failed. */
  repairedAt: z.number().nullable().default(null),
  /** A person has kicked an action or acknowledged it since our last repair. */
  handled: z.boolean().default(false),
  /** A built-in alert was told beside it: that one's recovery is what people hear. One that was only coming may be over without a word. */
  beside: z.boolean().default(false),
  /** Since when everything passes that must, without a proof; null while it does not. */
  wellSince: z.number().nullable(),
  wouldHaveRun: z.array(z.int()),
});
export type Open = z.infer<typeof Open>;

const Step = { step: z.int(), actions: z.array(z.string()) };

/** The states of healing by (service, fault). Those with `open` stand; the others are quiet. */
export const FaultState = z.discriminatedUnion('at', [
  z.object({ at: z.enum(['unknown', 'starting', 'healthy', 'suspect']) }),
  /** Confirmed; evidence is being taken, at most until then. */
  z.object({ at: z.literal('faulted'), open: Open, until: z.number() }),
  z.object({ at: z.literal('grace'), open: Open, until: z.number(), nextAt: z.number() }),
  /** Looks for the step that is due, from `index` on; `askedAt` while its conditions are looked at. */
  z.object({ at: z.literal('judging'), open: Open, index: z.int(), askedAt: z.number().nullable() }),
  z.object({ at: z.literal('backoff'), open: Open, ...Step, until: z.number(), askedAt: z.number().nullable() }),
  z.object({
    ...{ at: z.literal('repairing'), open: Open, ...Step },
    index: z.int(),
    attempt: z.string(),
    anyOk: z.boolean(),
    allOk: z.boolean(),
    /** A new process came up since the repair began: its exit is the failure of the repair. */
    onlineSeen: z.boolean(),
  }),
  z.object({
    ...{ at: z.literal('verifying'), open: Open, step: z.int() },
    nextAt: z.number(),
    until: z.number(),
    askedAt: z.number().nullable(),
    passes: z.int(),
    onlineSeen: z.boolean(),
    exited: z.boolean(),
  }),
  /** The ladder was gone through and the fault stands; the next failure by the clock, not before then, goes through it again. */
  z.object({ at: z.literal('standing'), open: Open, notBeforeAt: z.number() }),
  z.object({ at: z.literal('waiting_budget'), open: Open, step: z.int(), budget: z.string(), until: z.number() }),
  z.object({ at: z.literal('halted'), open: Open, why: z.enum(['ladder', 'budget']), haltedSince: z.number() }),
  /** An overlay keeps us from acting and telling; judged anew when it is gone. */
  z.object({ at: z.literal('held'), open: Open, why: z.enum(['maintenance', 'deploying', 'blocked']) }),
]);
export type FaultState = z.infer<typeof FaultState>;
export type FaultAt = FaultState['at'];
/** How long an unproven recovery must last. */
export const settleMs = 5_000;

export type OpenFault = Extract<FaultState, { open: Open }>;

/** A phase of a recovery that is awaited (S3). */
const Milestone = z.object({
  fault: z.string(),
  incidentId: z.string(),
  name: z.string(),
  probes: z.array(z.string()),
  beganAt: z.number(),
  until: z.number(),
  late: z.boolean(),
  askedAt: z.number().nullable(),
  nextAt: z.number(),
});
export type Milestone = z.infer<typeof Milestone>;

const Elsewhere = z.enum(['none', 'coming', 'open']);
export type Elsewhere = z.infer<typeof Elsewhere>;

export const PolicyState = z.object({
  version: z.literal(1),
  /** The newest `now` that was seen. */
  latestAt: z.number(),
  /** Makes names of attempts differ. */
  seq: z.int(),
  probes: z.record(z.string(), ProbeStanding),
  faults: z.record(z.string(), FaultState),
  /** Starts of counted actions by budget, oldest first. */
  starts: z.record(z.string(), z.array(z.number())),
  /** Newest notice by `<fault>/<alert type>`, for cooldowns. */
  notices: z.record(z.string(), z.object({ toldAt: z.number(), level: Level })),
  milestones: z.array(Milestone),
  kick: z
    .object({
      id: z.string(),
      action: z.string(),
      source: z.string(),
      askedAt: z.number(),
      attempt: z.string().nullable(),
    })
    .nullable(),
  supervisor: z.object({
    gaveUp: z.boolean(),
    startedAt: z.number().nullable(),
    /** The first exit since a probe passed. */
    exitedAt: z.number().nullable().default(null),
  }),
  maintenance: z.object({ until: z.number() }).nullable(),
  deploying: z.boolean(),
  /** Services we depend on that have a fault. */
  blockedBy: z.array(z.string()),
  /** A built-in alert of this service is told, or may be soon; states of 0.1.0 kept only that one of both is so. */
  toldElsewhere: Elsewhere.or(z.boolean().transform((is) => (is ? ('open' as const) : ('none' as const)))),
});
export type PolicyState = z.infer<typeof PolicyState>;

/** The state before anything was seen: each probe that finds a fault is due at once. */
export function initialPolicyState(policy: ServicePolicy, now: number): PolicyState {
  const state: PolicyState = {
    ...{ version: 1, latestAt: now, seq: 0, probes: {}, faults: {}, starts: {}, notices: {} },
    ...{ milestones: [], kick: null, supervisor: { gaveUp: false, startedAt: null, exitedAt: null } },
    ...{ maintenance: null, deploying: false, blockedBy: [], toldElsewhere: 'none' },
  };
  return fitToPolicy(state, policy, now);
}

/** A kept state for a file that may have been edited since: what is new is added, what is gone is left out. */
export function fitToPolicy(state: PolicyState, policy: ServicePolicy, now: number): PolicyState {
  const byClock = scheduledProbes(policy);
  const probes = Object.keys(policy.probes).map((name) => {
    const kept = state.probes[name];
    const dueAt = byClock.has(name) ? Math.min(kept?.dueAt ?? now, now) : null;
    return [name, { ...(kept ?? unseenProbe), dueAt, lookingSince: null, again: false, scheduled: false }] as const;
  });
  const faults = Object.keys(policy.faults).map((name) => [name, state.faults[name] ?? { at: 'unknown' }] as const);
  return { ...state, probes: Object.fromEntries(probes), faults: Object.fromEntries<FaultState>(faults) };
}

const unseenProbe: Omit<ProbeStanding, 'dueAt'> = {
  ...{ standing: 'unknown', bad: 0, good: 0, badSince: null, goodAt: null, countedAt: null, rechecks: 0 },
  ...{ lookingSince: null, scheduled: false, again: false, seen: null },
};
