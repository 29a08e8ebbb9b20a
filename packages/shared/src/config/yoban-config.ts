import { z } from 'zod';
import { HOUR, SECOND } from '../contracts/time.ts';
import { policyShape, withProbeDefaults } from '../policy/policy-config.ts';
import { alertSettings, ServiceAlerts } from './alerts-config.ts';
import { ChannelConfig } from './channel-config.ts';
import {
  CronText,
  DurationMs,
  EngineHost,
  Locale,
  Name,
  notYet,
  SecretRef,
  SocketPath,
  TargetName,
  Zone,
} from './fields.ts';

const tier = (cron: string, keep: number, keepForMs: number, gzip: boolean) =>
  z
    .strictObject({
      cron: CronText.default(cron),
      keep: z.int().min(1).default(keep),
      /** How long a file is protected by age; the count rules above it (B5). */
      keepFor: DurationMs.default(keepForMs),
      gzip: z.boolean().default(gzip),
    })
    .prefault({});

export const DatabaseConfig = z.strictObject({
  name: Name,
  path: z.string().min(1),
  service: Name.nullable().default(null),
  requiredTables: z.array(z.string()).default([]),
  tiers: z
    .strictObject({
      hourly: tier('0 */3 * * *', 8, 24 * HOUR, false),
      daily: tier('0 0 * * *', 7, 7 * 24 * HOUR, false),
      weekly: tier('0 0 * * 0', 4, 28 * 24 * HOUR, true),
    })
    .prefault({}),
  protect: notYet(z.strictObject({ mode: z.literal('off') })).default({ mode: 'off' }),
  targets: z.array(Name).default(['local']),
  drill: notYet(z.strictObject({ every: z.string(), invariants: z.array(z.never()).default([]) })).default({
    every: '6h',
    invariants: [],
  }),
  files: notYet(z.array(z.never())).default([]),
});
export type DatabaseConfig = z.infer<typeof DatabaseConfig>;

const FolderTarget = z.strictObject({ name: Name, kind: z.literal('folder'), path: z.string().min(1) });

export const SupervisorConfig = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('pm2'),
      name: TargetName,
      home: z.string().optional(),
      /** The file that declares the app, for a recreation. */
      ecosystem: z.string().min(1).optional(),
    }),
    /** A unit of the machine's systemd, or of this user's. */
    z.strictObject({ kind: z.enum(['systemd', 'systemd-user']), unit: TargetName }),
    /** A `yoban run` parent, here or in another container. */
    z.strictObject({ kind: z.literal('command'), socket: SocketPath }),
    /** A container of a compose service, through the engine or the socket proxy; `host` instead of DOCKER_HOST. */
    z.strictObject({
      kind: z.literal('compose'),
      service: TargetName,
      project: TargetName.optional(),
      host: EngineHost.optional(),
      /** The compose file, for a recreation by the docker program. */
      file: z.string().min(1).optional(),
    }),
    z.strictObject({ kind: z.literal('none') }),
  ],
  {
    error: 'supervisor.kind is pm2, systemd, systemd-user, command, compose or none',
  },
);
export type SupervisorConfig = z.infer<typeof SupervisorConfig>;

export const ServiceConfig = z.strictObject({
  /** false: as if it did not stand here. */
  enabled: z.boolean().optional(),
  displayName: z.string().min(1).optional(),
  supervisor: SupervisorConfig.default({ kind: 'none' }),
  /** How long the supervisor may take to bring the process back before people are told. */
  grace: DurationMs.default(10 * SECOND),
  /** Liveness, asked of the app itself; a fault of the kit never counts against it. */
  health: z
    .strictObject({
      url: z.url(),
      every: DurationMs.default(SECOND),
      timeout: DurationMs.default(10 * SECOND),
      fall: z.int().min(1).default(3),
    })
    .optional(),
  report: z
    .strictObject({
      token: SecretRef,
      every: DurationMs.default(5 * SECOND),
      parts: z
        .array(z.enum(['process', 'database', 'llm', 'tips', 'platforms', 'game']))
        .default(['process', 'database', 'llm', 'tips', 'platforms', 'game']),
    })
    .optional(),
  limits: z
    .strictObject({
      memoryMb: z.number().positive().default(512),
      restarts: z.int().positive().default(10),
      tipQueue: z.int().positive().default(50),
    })
    .prefault({}),
  alerts: ServiceAlerts.optional(),
  ...policyShape,
});
export type ServiceConfig = z.infer<typeof ServiceConfig>;

/** `yoban.yml`, strict: an unknown key is an error. What later versions act on is accepted only as "off".
 * Names that point nowhere are found by crossReferences, which works on the document as written. */
export const YobanConfig = z.strictObject({
  version: z.literal(1),
  timezone: Zone.default('Asia/Tokyo'),
  locale: Locale.default('ja'),
  primary: Name.optional(),
  databases: z.array(DatabaseConfig).default([]),
  targets: z.array(FolderTarget).default([]),
  services: z.record(Name, z.preprocess(withProbeDefaults, ServiceConfig)).default({}),
  alerts: z.strictObject({ channels: z.record(Name, ChannelConfig).default({}), ...alertSettings }).prefault({}),
  tasks: notYet(z.array(z.never())).default([]),
  /** Presets by name, or files by path, that this file is laid upon. */
  include: z.array(z.string().min(1)).default([]),
});
export type YobanConfig = z.infer<typeof YobanConfig>;
