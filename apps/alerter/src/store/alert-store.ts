import { jsonText } from '@yoban/shared/contracts/json-text';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { AlertState, noAlert } from '../core/alert-state.ts';
import type { Plan } from '../core/plan.ts';
import { newService, ServiceState } from '../core/service-state.ts';
import { agendaScript, applyScript, loadScript } from './decision-scripts.ts';
import { keyPrefix } from './lua-script.ts';
import type { SetAside } from './set-aside.ts';
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
  /** Takes an entry off the agenda that nobody knows how to do. */
  forget(member: string): Promise<void>;
}

const LoadReply = z.tuple([z.coerce.number(), z.coerce.number()]).rest(z.string());
const ApplyReply = z.enum(['done', 'seen', 'conflict']);
const AgendaReply = z.tuple([z.coerce.number(), z.string()]).rest(z.string());

/** Alert states and the agenda in Redis. */
export function createAlertStore(redis: Redis, setAside: SetAside, clock?: Clock): AlertStore {
  const now = () => clock?.() ?? '';
  /** An unreadable document counts as none: the next plan of its service writes it anew. */
  const parseOr = async <T>(schema: z.ZodType<T>, id: string, raw: string, otherwise: T): Promise<T> => {
    if (raw === '') return otherwise;
    const parsed = jsonText(schema).safeParse(raw);
    if (parsed.success) return parsed.data;
    await setAside({ kind: 'document', id, raw, error: parsed.error });
    return otherwise;
  };
  return {
    load: async (service, alertTypes, eventId = '') => {
      const names = [serviceDoc(service), ...alertTypes.map((alertType) => alertDoc(service, alertType))];
      const [at, seen, ...docs] = LoadReply.parse(await loadScript.run(redis, [eventId, ...names, now()]));
      const json = (index: number) => docs[2 * index + 1] ?? '';
      const alerts: Loaded['alerts'] = [];
      for (const [index, alertType] of alertTypes.entries()) {
        const name = alertDoc(service, alertType);
        alerts.push({ alertType, state: await parseOr(AlertState, name, json(index + 1), noAlert) });
      }
      return {
        now: at,
        seen: seen === 1,
        service: await parseOr(ServiceState, serviceDoc(service), json(0), newService),
        alerts,
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
    forget: async (member) => void (await redis.zrem(`${keyPrefix}agenda`, member)),
  };
}
