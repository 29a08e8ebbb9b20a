import { z } from 'zod';
import { DurationMs, SecretRef } from '../config/fields.ts';
import { Argv, duration, Pattern, SizeBytes } from './policy-fields.ts';

/** What must hold of the value at a JSON Pointer (RFC 6901). Several conditions must all hold. */
const JsonRule = z.strictObject({
  path: z.string().regex(/^(\/.*)?$/, 'a JSON Pointer begins with /'),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  in: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  exists: z.boolean().optional(),
  lte: z.number().optional(),
  gte: z.number().optional(),
  /** The value is a time (ISO 8601 or epoch ms) not older than this. */
  maxAge: DurationMs.optional(),
});
export type JsonRule = z.infer<typeof JsonRule>;

const common = {
  every: duration('30s'),
  timeout: duration('10s'),
  /** Bad looks in a row until it counts as failing. */
  fall: z.int().min(1).default(1),
  /** Good looks in a row until it counts as passing again. */
  rise: z.int().min(1).default(1),
  /** After a start of the service, bad looks count for nothing so long. */
  startPeriod: duration('0s'),
  /** After a bad look, so many quick ones instead of waiting for the next interval. */
  recheck: z.strictObject({ times: z.int().min(1), every: DurationMs }).optional(),
  role: z.enum(['liveness', 'readiness', 'dependency', 'resource', 'data']).default('liveness'),
};

const probe = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ type: z.literal(type), ...common, ...shape });

const url = z.url({ protocol: /^https?$/, error: 'write an address with http:// or https://' });
const socketUrl = z.url({ protocol: /^wss?$/, error: 'write an address with ws:// or wss://' });
const port = z.int().min(1).max(65_535);
const host = z.string().min(1).default('127.0.0.1');

/** Metrics of the `resource` probe: of the service's process, of its disk, of the host, or of what it reports. */
export const ResourceMetric = z.enum([
  ...['rss_mb', 'cpu_pct', 'restarts_per_hour', 'error_rate'],
  ...['disk_used_pct', 'disk_free_mb', 'host_cpu_pct', 'host_memory_pct', 'load_1m'],
] as const);
export type ResourceMetric = z.infer<typeof ResourceMetric>;

/** One thing that is looked at again and again. What it means is said by the faults that name it. */
export const ProbeConfig = z.discriminatedUnion('type', [
  probe('http', {
    url,
    method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
    status: z.array(z.int().min(100).max(599)).min(1).default([200]),
    json: z.array(JsonRule).default([]),
    contains: z.array(z.string().min(1)).default([]),
    maxLatency: DurationMs.optional(),
    bearer: SecretRef.optional(),
  }),
  probe('tcp', { host, port, maxLatency: DurationMs.optional() }),
  probe('tls', {
    host: z.string().min(1),
    port: port.default(443),
    minValid: duration('14d'),
    /** A PEM file with certificates that are trusted beside the usual ones. */
    ca: z.string().min(1).optional(),
  }),
  probe('supervisor', { states: z.array(z.string().min(1)).min(1).default(['online']) }),
  /** The supervisor itself lives: the pm2 daemon, the user's systemd, the engine. Looked at without waking it. */
  probe('supervisor_daemon', {}),
  /** A process whose command line matches, by /proc. */
  probe('process', { match: Pattern, min: z.int().min(1).default(1) }),
  probe('command', {
    argv: Argv,
    cwd: z.string().min(1).optional(),
    exitCode: z.int().default(0),
    contains: z.array(z.string().min(1)).default([]),
  }),
  probe('sqlite', {
    path: z.string().min(1),
    check: z.enum(['quick', 'integrity']).default('integrity'),
    requireTables: z.array(z.string().min(1)).default([]),
    minBytes: z.int().min(0).default(512),
    /** Its last write is not older than this. */
    maxAge: DurationMs.optional(),
  }),
  probe('resource', {
    metric: ResourceMetric,
    /** A folder of the disk that is meant; the home of yoban by default. */
    path: z.string().min(1).optional(),
    max: z.number().optional(),
    min: z.number().optional(),
  }),
  /** Failing = a pattern was seen. */
  probe('log', {
    path: z.string().min(1),
    match: z.array(Pattern).min(1),
    since: z.enum(['last_start', 'last_check']).default('last_check'),
  }),
  probe('file', { path: z.string().min(1), maxSize: SizeBytes.optional(), maxAge: DurationMs.optional() }),
  probe('websocket', { url: socketUrl, expectMessage: z.boolean().default(false) }),
  /** A model API answers, and lists the model where one is named. */
  probe('model', { url, model: z.string().min(1).optional(), bearer: SecretRef.optional() }),
  probe('youtube', { url, maxAge: duration('2m') }),
  probe('tiktok', { url: z.url() }),
  probe('obs', {
    url: socketUrl.default('ws://127.0.0.1:4455'),
    password: SecretRef.optional(),
    streaming: z.boolean().default(true),
    maxDroppedPct: z.number().min(0).max(100).default(5),
  }),
  probe('tunnel', {
    argv: Argv.default(['tailscale', 'funnel', 'status']),
    contains: z.array(z.string().min(1)).min(1),
  }),
  /** A job that reports by itself at /ping/<token>; failing when it is overdue or said so. */
  probe('heartbeat', { token: SecretRef, period: DurationMs, grace: duration('1m') }),
  probe('postgres', {
    url: SecretRef,
    /** connect: SELECT 1; pool: pgbouncer's SHOW POOLS; tables: a read of each; query: the SQL gives no row; notify: LISTEN hears NOTIFY. */
    ask: z.enum(['connect', 'pool', 'tables', 'query', 'notify']).default('connect'),
    tables: z.array(z.string().min(1)).default([]),
    sql: z.string().min(1).optional(),
    maxWaiting: z.int().min(0).default(0),
    maxLatency: DurationMs.optional(),
  }).superRefine(({ ask, tables, sql }, context) => {
    if (ask === 'tables' && tables.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['tables'],
        message: 'ask: tables needs the tables that are to be read',
      });
    if (ask === 'query' && sql === undefined)
      context.addIssue({ code: 'custom', path: ['sql'], message: 'ask: query needs the sql that should give no row' });
  }),
  /** Time to a connection, as the network gives it. */
  probe('network', { host: z.string().min(1), port: port.default(443), maxLatency: duration('500ms') }),
  /** Failing when the trend of some hours reaches the limit within `within` (C6). */
  probe('forecast', {
    metric: z.enum(['disk_free_mb', 'rss_mb']),
    path: z.string().min(1).optional(),
    limit: z.number().default(0),
    within: duration('24h'),
    over: duration('6h'),
  }),
]);
export type ProbeConfig = z.infer<typeof ProbeConfig>;
export type ProbeConfigOf<Type extends ProbeConfig['type']> = Extract<ProbeConfig, { type: Type }>;
