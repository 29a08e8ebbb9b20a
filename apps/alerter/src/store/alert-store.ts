import type { Redis } from 'ioredis';
import { z } from 'zod';
import { AlertState, noAlert } from '../core/alert-state.ts';
import type { Plan } from '../core/plan.ts';
import { newService, ServiceState } from '../core/service-state.ts';
import { agendaScript, applyScript, loadScript } from './decision-scripts.ts';
import { keyPrefix } from './lua-script.ts';
import { alertDoc, planOnTheWire, type Stamp, serviceDoc } from './write-plan.ts';

/** A test's own time in epoch ms; without one, the clock of Redis decides, which all alerters share. */
export type Clock = () => number;

export interface Loaded {
  now: number;
  /** True when this event was decided before. */
  seen: boolean;
  service: ServiceState;
  alerts: { alertType: string; state: AlertState }[];
  stamps: Stamp[];
}

export interface AlertStore {
  /** A service and some of its alerts, as of one moment. `eventId` asks whether it was seen. */
  load(service: string, alertTypes: readonly string[], eventId?: string): Promise<Loaded>;
  /** Writes the plan whole if nothing it was made from has changed since (docs/adr/0006). */
  apply(plan: Plan, loaded: Loaded, eventId?: string): Promise<'done' | 'seen' | 'conflict'>;
  /** Alert types of a service that its tick must look at. */
  watched(service: string): Promise<string[]>;
  /** What is due by the clock, and when the next is; nothing can be further ahead than `horizonMs`. */
  agenda(horizonMs: number): Promise<{ now: number; due: string[]; nextAt: number | null }>;
}

const LoadReply = z.tuple([z.coerce.number(), z.coerce.number()]).rest(z.string());
const ApplyReply = z.enum(['done', 'seen', 'conflict']);
const AgendaReply = z.tuple([z.coerce.number(), z.string()]).rest(z.string());

const parseOr = <T>(schema: z.ZodType<T>, json: string, otherwise: T): T =>
  json === '' ? otherwise : schema.parse(JSON.parse(json));

/** Alert states and the agenda in Redis. */
export function createAlertStore(redis: Redis, clock?: Clock): AlertStore {
  const now = () => clock?.() ?? '';
  return {
    load: async (service, alertTypes, eventId = '') => {
      const names = [serviceDoc(service), ...alertTypes.map((alertType) => alertDoc(service, alertType))];
      const [at, seen, ...docs] = LoadReply.parse(await loadScript.run(redis, [eventId, ...names, now()]));
      const json = (index: number) => docs[2 * index + 1] ?? '';
      return {
        now: at,
        seen: seen === 1,
        service: parseOr(ServiceState, json(0), newService),
        alerts: alertTypes.map((alertType, index) => ({
          alertType,
          state: parseOr(AlertState, json(index + 1), noAlert),
        })),
        stamps: names.map((name, index) => ({ name, version: docs[2 * index] ?? '0' })),
      };
    },
    apply: async (plan, loaded, eventId = '') =>
      ApplyReply.parse(await applyScript.run(redis, [planOnTheWire(plan, loaded.stamps, eventId), now()])),
    watched: (service) => redis.smembers(`${keyPrefix}watch:${service}`),
    agenda: async (horizonMs) => {
      const [at, nextAt, ...due] = AgendaReply.parse(await agendaScript.run(redis, [horizonMs, now()]));
      return { now: at, due, nextAt: nextAt === '' ? null : Number(nextAt) };
    },
  };
}
