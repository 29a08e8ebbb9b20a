import { jsonText } from '@yoban/shared/contracts/json-text';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { alertKey } from '../core/alert-key.ts';
import { AlertState } from '../core/alert-state.ts';
import { ChannelState } from '../core/channel-state.ts';
import type { Known, Needs } from '../core/known.ts';
import { ServiceState } from '../core/service-state.ts';
import { SilenceBook } from '../core/silences.ts';
import { agendaScript, applyScript, loadScript } from './decision-scripts.ts';
import type { FreshRows } from './fresh-rows.ts';
import { keyPrefix } from './lua-script.ts';
import type { SetAside } from './set-aside.ts';
import { channelDoc, docNames, plansOnTheWire, serviceDoc, silencesDoc, type Write } from './write-plan.ts';

/** A test's own time in epoch ms; without one, the clock of Redis decides, which all alerters share. */
export type Clock = () => number;

export interface Loaded extends Known {
  /** Those of the ids asked about whose event or command was decided before. */
  seen: ReadonlySet<string>;
  /** Versions of the documents that were read, by name: what a plan may replace. */
  versions: ReadonlyMap<string, string>;
}

export type Applied = z.infer<typeof ApplyReply>[number];

export interface AlertStore {
  /** What decisions need, as of one moment. `ids` are events or commands that may have been seen. */
  load(needs: Needs, ids?: readonly string[]): Promise<Loaded>;
  /**
   * Writes plans in their order, each whole if nothing it was made from has changed since (docs/adr/0006); each may be made from what
   * those before it leave. Answers for each. With `withinMs` they are written within that time after the load or never, whenever the
   * answer comes: Redis itself looks at its clock.
   */
  apply(writes: readonly Write[], loaded: Loaded, withinMs?: number): Promise<Applied[]>;
  /** Keys of alerts in a set, see `alertSets`; at most `limit`, any of them. */
  members(set: string, limit: number): Promise<string[]>;
  /** What is due by the clock, and when the next is. */
  agenda(): Promise<{ now: number; due: string[]; nextAt: number | null }>;
  /** Takes an entry off the agenda that nobody knows how to do. */
  forget(name: string): Promise<void>;
}

export interface AlertStoreOptions {
  /** Nothing is planned further ahead, ms: what lies further was noted before the clock went back. */
  horizonMs: number;
  clock?: Clock | undefined;
  fresh?: FreshRows | undefined;
}

const LoadReply = z.tuple([z.coerce.number(), z.string()]).rest(z.string());
const ApplyReply = z.array(z.enum(['done', 'seen', 'late', 'conflict']));
const AgendaReply = z.tuple([z.coerce.number(), z.string()]).rest(z.string());

/** Alert states, silences and the agenda in Redis. */
export function createAlertStore(
  redis: Redis,
  setAside: SetAside,
  { horizonMs, clock, fresh }: AlertStoreOptions,
): AlertStore {
  const clockArg = () => clock?.() ?? '';
  const onRow: FreshRows['remember'] = (row, raw) => fresh?.remember(row, raw);
  /** An unreadable document counts as none: the next plan of its name writes it anew. */
  const parseOr = async <T>(schema: z.ZodType<T>, id: string, raw: string): Promise<T | null> => {
    if (raw === '') return null;
    const parsed = jsonText(schema).safeParse(raw);
    if (parsed.success) return parsed.data;
    await setAside({ kind: 'document', id, raw, error: parsed.error });
    return null;
  };
  // Every decision reads the book, which seldom changes: it is parsed when it has.
  let book = { raw: '', parsed: [] as SilenceBook };
  const bookOf = async (raw: string): Promise<SilenceBook> => {
    if (raw !== book.raw) book = { raw, parsed: (await parseOr(SilenceBook, silencesDoc, raw)) ?? [] };
    return book.parsed;
  };
  return {
    load: async (needs, ids = []) => {
      const names = docNames(needs);
      const reply = LoadReply.parse(await loadScript.run(redis, [ids.length, ...ids, ...names, clockArg()]));
      const [now, seen, ...docs] = reply;
      const rawOf = new Map(names.map((name, index) => [name, docs[2 * index + 1] ?? '']));
      const read = async <T>(keys: readonly string[], docOf: (key: string) => string, schema: z.ZodType<T>) => {
        const found = new Map<string, T>();
        for (const key of new Set(keys)) {
          const parsed = await parseOr(schema, docOf(key), rawOf.get(docOf(key)) ?? '');
          if (parsed !== null) found.set(key, parsed);
        }
        return found;
      };
      return {
        now,
        seen: new Set(ids.filter((_, index) => seen[index] === '1')),
        silences: await bookOf(rawOf.get(silencesDoc) ?? ''),
        alerts: await read(needs.alerts.map(alertKey), (key) => `alert/${key}`, AlertState),
        services: await read(needs.services, serviceDoc, ServiceState),
        channels: await read(needs.channels, channelDoc, ChannelState),
        versions: new Map(names.map((name, index) => [name, docs[2 * index] ?? '0'])),
      };
    },
    apply: async (writes, { versions, now }, withinMs) => {
      const notAfter = withinMs === undefined ? null : now + withinMs;
      const wire = plansOnTheWire(writes, { versions, now, horizonMs, notAfter, onRow });
      return ApplyReply.parse(await applyScript.run(redis, [...wire, clockArg()]));
    },
    members: (set, limit) => redis.srandmember(`${keyPrefix}${set}`, limit),
    agenda: async () => {
      const [now, nextAt, ...due] = AgendaReply.parse(await agendaScript.run(redis, [horizonMs, clockArg()]));
      return { now, due, nextAt: nextAt === '' ? null : Number(nextAt) };
    },
    forget: async (name) => void (await redis.zrem(`${keyPrefix}agenda`, name)),
  };
}
