import type { z } from 'zod';
import { AlertJob, eventsOf } from '../contracts/alert.ts';
import { AlertCommand } from '../contracts/alert-command.ts';
import { BackupCommand } from '../contracts/backup.ts';
import { Fact } from '../contracts/fact.ts';
import { IncidentCommand } from '../contracts/incident-command.ts';
import { Kick } from '../contracts/kick.ts';

export interface QueueSpec<S extends z.ZodType> {
  name: string;
  /** A command asks one consumer to act; a fact tells what happened. The two never share a queue. */
  kind: 'command' | 'fact';
  payload: S;
  /** 1 is taken first. Unprioritised jobs would overtake prioritised ones, so every queue names one. */
  priority: number;
  /** Where the payloads of one queue differ in urgency. What must stay in order among itself must get one priority. */
  priorityOf?: (payload: z.infer<S>) => number;
  /** Payloads that are lists: a thousand of them that are done would fill Redis for an hour. What they held is known by its own ids. */
  isList?: (payload: z.infer<S>) => boolean;
  attempts: number;
  /**
   * How often a worker looks for jobs of one that died. Equal on all workers of a queue, since the look is gated by one key
   * whose TTL is the interval of whoever looked last. Each look costs Redis and the worker a little, day and night.
   */
  stalledIntervalMs: number;
}

const queue = <S extends z.ZodType>(spec: QueueSpec<S>) => spec;

/** The only list of queues. Names have no `:` (BullMQ refuses it); job ids are deterministic. */
export const queues = {
  backupRun: queue({
    name: 'backup-run',
    kind: 'command',
    payload: BackupCommand,
    priority: 5,
    attempts: 1,
    stalledIntervalMs: 30_000,
  }),
  alertEvent: queue({
    name: 'alert-event',
    kind: 'fact',
    payload: AlertJob,
    priority: 1,
    // A1: behind thousands of INFOs a CRITICAL must not wait. Raise and clear share one priority, else they could change places.
    priorityOf: (job) => (eventsOf(job).every(({ kind }) => kind === 'info') ? 10 : 1),
    isList: (job) => 'events' in job,
    attempts: 1_000,
    stalledIntervalMs: 5_000,
  }),
  alertCommand: queue({
    name: 'alert-command',
    kind: 'command',
    payload: AlertCommand,
    priority: 1,
    // Each is done once by its id, and someone waits for it: a silence asked for while Redis restarts must still come about.
    attempts: 100,
    stalledIntervalMs: 5_000,
  }),
  incidentCommand: queue({
    name: 'incident-command',
    kind: 'command',
    payload: IncidentCommand,
    priority: 1,
    // As with the alerter's: each is done once by its id.
    attempts: 100,
    stalledIntervalMs: 30_000,
  }),
  kick: queue({
    name: 'kick',
    kind: 'command',
    payload: Kick,
    priority: 1,
    // It asks for the next cycle: one that could not be taken then is not worth a repair later.
    attempts: 1,
    stalledIntervalMs: 30_000,
  }),
  fact: queue({
    name: 'fact',
    kind: 'fact',
    payload: Fact,
    priority: 5,
    isList: (fact) => fact.type === 'alerts',
    attempts: 1_000,
    stalledIntervalMs: 15_000,
  }),
} as const;

export type QueueKey = keyof typeof queues;
export type PayloadOf<K extends QueueKey> = z.infer<(typeof queues)[K]['payload']>;

export const lockDurationMs = 15_000;
