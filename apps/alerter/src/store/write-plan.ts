import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { DAY } from '@yoban/shared/contracts/time';
import { type AlertRef, alertKey } from '../core/alert-key.ts';
import type { Needs } from '../core/known.ts';
import { isUrgent, type OutboxRow } from '../core/notice.ts';
import type { Plan } from '../core/plan.ts';

/** An event id is remembered this long: a repeat inside it is harmless (T0). */
const seenMs = DAY;
/** What is over is kept long enough for every notice of it to be settled, and for a late repeat. */
const keptMs = { doc: 7 * DAY, record: 2 * DAY } as const;
/** A dead letter can be sent again as long as this, and its record shows what becomes of it. */
export const deadKeptMs = 30 * DAY;
export const sentKeptMs = DAY;

const alertDoc = (ref: AlertRef): string => `alert/${alertKey(ref)}`;
export const serviceDoc = (service: string): string => `service/${service}`;
export const channelDoc = (channel: string): string => `channel/${channel}`;
export const silencesDoc = 'silences';

/** Names of the documents that a decision reads; the silences are always among them (docs/adr/0012). */
export function docNames({ alerts, services, channels }: Needs): string[] {
  return [...new Set([silencesDoc, ...alerts.map(alertDoc), ...services.map(serviceDoc), ...channels.map(channelDoc)])];
}

/** A plan to be written, with what it hangs on. */
export interface Write {
  plan: Plan;
  /** What the plan was made from: none of it may have changed. Null: it hangs on nothing. */
  needs: Needs | null;
  /** The event or command that is marked as done; '' marks none. */
  id: string;
}

export interface Writing {
  /** Versions of the documents as they were read, by name. */
  versions: ReadonlyMap<string, string>;
  now: number;
  /** Nothing is planned further ahead: a later moment is looked at again then. */
  horizonMs: number;
  /** Later than that, epoch ms, nothing is written; null: whenever. */
  notAfter: number | null;
  /** Hears of each row as it will be kept. */
  onRow: (row: OutboxRow, raw: string) => void;
}

/**
 * Plans as applyScript reads them, each made from what those before it leave: a JSON of all of them, then the texts that are kept as
 * they are, which the JSON names by their place. Inside it they would be escaped here and read sign by sign there. Absent parts are
 * left out (cjson's null is truthy).
 */
export function plansOnTheWire(
  writes: readonly Write[],
  { versions, now, horizonMs, notAfter, onRow }: Writing,
): string[] {
  const current = new Map(versions);
  const texts: string[] = [];
  // The JSON is ARGV[1], so the first text is ARGV[2].
  const place: Place = (text) => texts.push(text) + 1;
  const kept = (row: OutboxRow): number => {
    const raw = JSON.stringify(row);
    onRow(row, raw);
    return place(raw);
  };
  const plans = writes.map(({ plan, needs, id }) => ({
    seen: id,
    docs: docsOnTheWire(plan, needs === null ? [] : docNames(needs), { current, place }),
    rows: plan.rows.map((row) => ({ ...rowHead(row), json: kept(row), ...rowState(row, plan) })),
    ...planOnTheWire(plan, place, (at) => String(Math.min(at, now + horizonMs))),
  }));
  const batch = {
    notAfter: notAfter === null ? '' : String(notAfter),
    seenMs: String(seenMs),
    deadMs: String(deadKeptMs),
    sentMs: String(sentKeptMs),
    plans,
  };
  return [JSON.stringify(batch), ...texts];
}

type Notice = AlertRecord['notices'][number];
/** Keeps a text for the script; its place among the arguments. */
type Place = (text: string) => number;

/** Moves `current` to the versions that the plan leaves. */
function docsOnTheWire(
  plan: Plan,
  names: readonly string[],
  { current, place }: { current: Map<string, string>; place: Place },
) {
  const next = nextDocs(plan);
  return names.map((name) => {
    const expect = current.get(name) ?? '0';
    const made = next.get(name);
    if (made === undefined) return { name, expect };
    const version = String(Number(expect) + 1);
    current.set(name, version);
    return { name, expect, version, json: place(made.json), ttlMs: made.ttlMs };
  });
}

function planOnTheWire(plan: Plan, place: Place, withinSight: (at: number) => string) {
  const noticeOnTheWire = (notice: Notice) => ({ nid: notice.id, json: place(JSON.stringify(notice)) });
  return {
    records: plan.records.map(({ base, notices }) => ({
      id: base.id,
      base: place(JSON.stringify(base)),
      ttlMs: isOpen(base.state) ? '' : String(keptMs.record),
      notices: notices.map(noticeOnTheWire),
    })),
    receipts: plan.receipts.map(({ recordId, notices }) => ({ id: recordId, notices: notices.map(noticeOnTheWire) })),
    facts: plan.facts.map((fact) => place(JSON.stringify(fact))),
    agenda: plan.agenda.map(({ name, at }) => ({ name, at: withinSight(at) })),
    watch: plan.watch.map(({ set, ref }) => ({ set, key: alertKey(ref) })),
    release: plan.release.map(({ set, at }) => ({ set, at: withinSight(at) })),
    ...(plan.ticked && {
      ticked: {
        name: plan.ticked.name,
        set: plan.ticked.set ?? '',
        settled: plan.ticked.settled.map(alertKey),
        nextAt: plan.ticked.nextAt === null ? '' : withinSight(plan.ticked.nextAt),
      },
    }),
  };
}

const rowHead = ({ nid, channel, priority, after }: OutboxRow) => ({
  nid,
  channel,
  due: `${channel}:${priority}`,
  after,
});

/** `sent` rows are written as ended; those that may be there say so when they are sent. */
function rowState(row: OutboxRow, { told }: Plan): { st: string; maybe: string; urgent: string } {
  const state = told.find(({ nid }) => nid === row.nid)?.state;
  if (state === 'sent') return { st: 'sent', maybe: '', urgent: '' };
  return { st: 'pending', maybe: state === 'maybe' ? '1' : '', urgent: isUrgent(row) ? '1' : '' };
}

interface NextDoc {
  json: string;
  /** '' keeps it until it is replaced. */
  ttlMs: string;
}

function nextDocs(plan: Plan): Map<string, NextDoc> {
  const next = new Map<string, NextDoc>();
  const kept = String(keptMs.doc);
  for (const { ref, state } of plan.alerts) {
    next.set(alertDoc(ref), { json: JSON.stringify(state), ttlMs: state.st === 'open' ? '' : kept });
  }
  for (const { service, state } of plan.services) {
    next.set(serviceDoc(service), { json: JSON.stringify(state), ttlMs: kept });
  }
  for (const { channel, state } of plan.channels) {
    next.set(channelDoc(channel), { json: JSON.stringify(state), ttlMs: kept });
  }
  if (plan.silences) next.set(silencesDoc, { json: JSON.stringify(plan.silences), ttlMs: '' });
  return next;
}

const isOpen = (state: string): boolean => state === 'open' || state === 'acked';
