import { z } from 'zod';
import { IsoTime } from './time.ts';

const base = { service: z.string(), observedAt: IsoTime, everyMs: z.number().positive() };

/** What the watchdog saw of one thing at one moment. Values are facts; what they mean is decided by their reader. */
export const CheckResult = z.discriminatedUnion('check', [
  z.strictObject({
    check: z.literal('process'),
    ...base,
    state: z.enum(['up', 'down', 'unknown']),
    pid: z.int().positive().nullable(),
    startedAt: IsoTime.nullable(),
    memoryMb: z.number().nullable(),
    memoryLimitMb: z.number().nullable(),
    cpuPercent: z.number().nullable(),
    /** CPU has been over its limit for the whole sustained window (H2). */
    cpuSustained: z.boolean(),
    restartCount: z.int().nonnegative(),
    restartsLeft: z.int().nullable(),
    supervisor: z.string(),
  }),
  z.strictObject({
    check: z.literal('liveness'),
    ...base,
    state: z.enum(['up', 'down', 'unknown']),
    httpStatus: z.int().nullable(),
    latencyMs: z.number().nullable(),
    error: z.string().nullable(),
  }),
  z.strictObject({
    check: z.literal('database'),
    ...base,
    name: z.string(),
    state: z.enum(['ok', 'missing', 'not-sqlite', 'corrupt', 'unknown']),
    sizeMb: z.number().nullable(),
    lastWriteAt: IsoTime.nullable(),
    /** When an integrity check last passed on this very file or on a verified copy of it. */
    integrityOkAt: IsoTime.nullable(),
    error: z.string().nullable(),
  }),
  z.strictObject({
    check: z.literal('system'),
    ...base,
    diskFreeGb: z.number().nullable(),
    diskTotalGb: z.number().nullable(),
    logMb: z.number().nullable(),
    netLatencyMs: z.number().nullable(),
    hostCpuPercent: z.number().nullable(),
    load1m: z.number().nullable(),
    /** In use without caches; a watchdog of 0.1.0 does not say. */
    hostMemoryPercent: z.number().nullable().default(null),
  }),
  /** What a probe of the service's policy saw last. */
  z.strictObject({
    check: z.literal('probe'),
    ...base,
    name: z.string(),
    type: z.string(),
    state: z.enum(['ok', 'failing', 'unknown']),
    value: z.number().nullable(),
    unit: z.string().nullable(),
    /** May name hosts and paths. */
    detail: z.string(),
    /** When it last held. */
    goodAt: IsoTime.nullable(),
  }),
]);
export type CheckResult = z.infer<typeof CheckResult>;
export type CheckOf<K extends CheckResult['check']> = Extract<CheckResult, { check: K }>;
