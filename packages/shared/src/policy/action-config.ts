import { z } from 'zod';
import { DurationMs, Name, SecretRef } from '../config/fields.ts';
import { Argv, duration, PolicyId, SizeBytes } from './policy-fields.ts';

const timeout = (usual: string) => duration(usual);

/** What yoban may do for a service. Nothing that is not declared here is ever run. */
export const ActionConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('supervisor'),
    op: z.enum(['start', 'stop', 'restart', 'reload', 'reset_failed', 'resurrect', 'recreate']),
    /** Another service of this file, or `all` of the same supervisor; its own by default. */
    target: Name.optional(),
    delayBefore: duration('0s'),
    timeout: timeout('60s'),
  }),
  z.strictObject({
    kind: z.literal('exec'),
    argv: Argv,
    /** By `sudo -n`; a line in sudoers is needed. */
    sudo: z.boolean().default(false),
    cwd: z.string().min(1).optional(),
    /** Names of environment variables that the program may see. */
    env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]),
    timeout: timeout('60s'),
    /** May be run again after a kill of the watchdog in the midst of it. */
    idempotent: z.boolean().default(true),
  }),
  /** The newest good backup in the place of a database of this file (R4). */
  z.strictObject({ kind: z.literal('restore_sqlite'), database: Name, timeout: timeout('5m') }),
  z.strictObject({
    kind: z.literal('rotate_logs'),
    /** Files, or `folder/*.log`. */
    paths: z.array(z.string().min(1)).min(1),
    minSize: SizeBytes.prefault('0KB'),
    keep: z.int().min(1).default(7),
    timeout: timeout('30s'),
  }),
  /** Removes files that are older and not open. */
  z.strictObject({
    kind: z.literal('clear_temp'),
    folders: z.array(z.string().min(1)).min(1),
    olderThan: duration('60m'),
    timeout: timeout('60s'),
  }),
  z.strictObject({
    kind: z.literal('obs_refresh'),
    url: z.url({ protocol: /^wss?$/ }).default('ws://127.0.0.1:4455'),
    password: SecretRef.optional(),
    /** The browser source's name in OBS; without one, every browser source there is. */
    source: z.string().min(1).optional(),
    timeout: timeout('10s'),
  }),
  z.strictObject({ kind: z.literal('wait'), for: DurationMs }),
  /** Looks at a probe now; the action went well when the probe passes. */
  z.strictObject({ kind: z.literal('probe'), probe: PolicyId }),
]);
export type ActionConfig = z.infer<typeof ActionConfig>;
export type ActionConfigOf<Kind extends ActionConfig['kind']> = Extract<ActionConfig, { kind: Kind }>;

/** What is kept of the state of things before anything is done. Redacted and capped where it is taken. */
export const EvidenceConfig = z.union(
  [
    z.strictObject({
      journal: z.strictObject({
        unit: z.string().regex(/^[A-Za-z0-9@._][A-Za-z0-9@._-]*$/),
        lines: z.int().min(1).max(10_000).default(200),
        user: z.boolean().default(false),
      }),
    }),
    z.strictObject({
      tail: z.strictObject({ path: z.string().min(1), lines: z.int().min(1).max(10_000).default(50) }),
    }),
    z.strictObject({ argv: Argv, timeout: timeout('10s') }),
    z.strictObject({ http: z.url() }),
    z.strictObject({ builtin: z.enum(['ps', 'sockets', 'disk', 'memory', 'supervisor_status', 'service_logs']) }),
  ],
  { error: 'evidence is one of {journal}, {tail}, {argv}, {http} and {builtin}' },
);
export type EvidenceConfig = z.infer<typeof EvidenceConfig>;
