import { z } from 'zod';
import { DurationMs, Name, SecretRef } from '../config/fields.ts';
import { duration, Pattern, PolicyId, Severity } from './policy-fields.ts';

const Verify = z.strictObject({
  probes: z.array(PolicyId).min(1),
  within: DurationMs,
  /** Nothing is looked at before: a start takes its time. */
  startAfter: duration('0s'),
  rise: z.int().min(1).default(1),
});

/** One rung of a ladder. `on` says when it is due, `if` whether it is taken, `do` what is done, `verify` how it is proven. */
const LadderStep = z.strictObject({
  on: z.union(
    [
      z.enum(['fault', 'prev_unverified']),
      z.strictObject({ failures: z.int().min(1) }),
      z.strictObject({ failuresFrom: z.int().min(1) }),
    ],
    { error: 'on is fault, prev_unverified, {failures: n} or {failuresFrom: n}' },
  ),
  /** These probes are looked at when the step is due. */
  if: z.array(z.strictObject({ probe: PolicyId, is: z.enum(['failing', 'passing']) })).default([]),
  do: z.array(PolicyId).default([]),
  /** Actions that this fault's standing forbids to every fault of the service, except where its own probe says it is stopped. */
  suppress: z.array(PolicyId).default([]),
  verify: Verify.optional(),
  /** Phases of the recovery and their ends (S3); a late one is told. */
  milestones: z
    .array(z.strictObject({ name: PolicyId.optional(), probes: z.array(PolicyId).min(1), within: DurationMs }))
    .default([]),
  notify: Severity.optional(),
  /** The key under which `notify` is told; `fault_<name>` by default. */
  alertType: PolicyId.optional(),
  halt: z.boolean().default(false),
});
export type LadderStep = z.infer<typeof LadderStep>;

export const FaultConfig = z
  .strictObject({
    anyOf: z.array(PolicyId).min(1).optional(),
    allOf: z.array(PolicyId).min(1).optional(),
    /** The supervisor acts first; we only when it has not done it within the grace, or says that it gave up. */
    firstResponder: z.strictObject({ owner: z.literal('supervisor'), grace: DurationMs }).optional(),
    evidence: z.array(PolicyId).default([]),
    ladder: z.array(LadderStep).min(1),
    /** A notice of the same kind is not repeated so long; a recovery always goes out. */
    cooldown: duration('15m'),
    severity: Severity.default('critical'),
  })
  .refine(({ anyOf, allOf }) => (anyOf === undefined) !== (allOf === undefined), {
    error: 'a fault names its probes by either anyOf or allOf',
  });
export type FaultConfig = z.infer<typeof FaultConfig>;

/** How many starts of some actions may fall into a window, whichever fault asked. */
export const BudgetConfig = z.strictObject({
  counts: z.array(PolicyId).min(1),
  max: z.int().min(1),
  window: DurationMs,
  /** Delay before the nth start within the window; the last one goes on. */
  backoff: z.array(DurationMs).min(1).prefault(['0s']),
  onExhausted: z.strictObject({
    /** wait: until the oldest start leaves the window. halt: until a kick or an acknowledgement. */
    mode: z.enum(['wait', 'halt']),
    notify: z.enum(['critical', 'warning']),
    alertType: PolicyId.optional(),
  }),
});
export type BudgetConfig = z.infer<typeof BudgetConfig>;

export const KickConfig = z.strictObject({
  /** false: as if it did not stand here. */
  enabled: z.boolean().optional(),
  token: SecretRef,
  /** The token before it was changed, for as long as its users need. */
  oldToken: SecretRef.optional(),
  allow: z.array(PolicyId).min(1),
  /** Who may say that they asked: `^(cli|line:[A-Za-z0-9]+)$`. */
  sourcePattern: Pattern.prefault('^(cli|line:[A-Za-z0-9]+)$'),
});
export type KickConfig = z.infer<typeof KickConfig>;

export const ProfileConfig = z.strictObject({
  /** Every interval of a probe times this. */
  everyScale: z.number().positive().max(100).default(1),
  mode: z.enum(['enforce', 'observe']).optional(),
});
export type ProfileConfig = z.infer<typeof ProfileConfig>;

export const SlaConfig = z.strictObject({
  detect: DurationMs.optional(),
  recover: DurationMs.optional(),
  autoSuccess: z.number().min(0).max(1).optional(),
  falsePositive: z.number().min(0).max(1).optional(),
});

export const DependsOn = z.array(Name).default([]);
