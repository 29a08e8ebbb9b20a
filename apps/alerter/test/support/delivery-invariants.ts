import { expect } from 'vitest';
import type { OutboxRow } from '../../src/core/notice.ts';
import type { ModelRun } from './model-run.ts';
import type { Arrival } from './simulated-channels.ts';

const channels = ['slack', 'mail', 'pager'] as const;
const severalKinds: ReadonlySet<OutboxRow['notice']['kind']> = new Set(['digest', 'summary']);

/** First arrival of each notice: repeats are judged apart. */
const firsts = (arrivals: readonly Arrival[]): Arrival[] => {
  const seen = new Set<string>();
  return arrivals.filter(({ nid }) => !seen.has(nid) && seen.add(nid));
};

export interface Decided {
  rows: readonly OutboxRow[];
  /** What a run without faults decided. */
  faultless: readonly OutboxRow[];
  /** What was so late that another notice said it: by its id, that of the other one. */
  merged: ReadonlyMap<string, string>;
}

/** What was told by this arrival: all that was merged into it, in the order of its decision, and the notice itself. */
function toldBy(nid: string, merged: ReadonlyMap<string, string>): string[] {
  const within = [...merged].filter(([, into]) => into === nid).flatMap(([one]) => toldBy(one, merged));
  const seqOf = (one: string) => Number(/:(\d+)$/.exec(one)?.[1] ?? 0);
  return [...within.sort((a, b) => seqOf(a) - seqOf(b)), nid];
}

/** I7–I9: what was decided arrives in order, all of it, and is repeated only where nobody could know. */
export function judgeDelivery({ world }: ModelRun, { rows, faultless, merged }: Decided): void {
  const given = world.lines.filter((line) => line.event === 'notice.dead').map((line) => String(line.nid));
  const dead = new Set(given.flatMap((nid) => toldBy(nid, merged)));
  let repeats = 0;
  for (const channel of channels) {
    const arrivals = world.receivers.at(channel);
    const first = firsts(arrivals);
    const told = first.flatMap(({ nid }) => toldBy(nid, merged)).filter((nid) => !nid.startsWith('backlog:'));
    // What may have arrived before it was merged can be told by both.
    const place = new Map([...told.entries()].toReversed().map(([index, nid]) => [nid, index]));
    repeats += arrivals.length - first.length + told.length - place.size;
    judgeI7(
      rows.filter((row) => row.channel === channel),
      place,
      merged,
    );
    // I8: everything that was decided arrives, but what outlived its patience.
    const decided = rows.filter((row) => row.channel === channel && !dead.has(row.nid)).map((row) => row.nid);
    expect(new Set([...place.keys()].filter((nid) => !dead.has(nid)))).toEqual(new Set(decided));
  }
  // I8: what tells of several alerts is part of no message about one of them.
  expect(rows.filter(({ nid, notice }) => severalKinds.has(notice.kind) && merged.has(nid))).toEqual([]);
  // I8: and it is what a run without crashes, outages and a second alerter decides.
  expect(new Set(rows.map((row) => row.nid))).toEqual(new Set(faultless.map((row) => row.nid)));
  // I9: repeats come only from tries that may have arrived.
  expect(repeats).toBeLessThanOrEqual(world.ambiguous());
}

/** I7: each notice behind those it waits for: on every channel, those of one alert in the order they were decided. */
function judgeI7(
  rows: readonly OutboxRow[],
  place: ReadonlyMap<string, number>,
  merged: ReadonlyMap<string, string>,
): void {
  const newest = new Map<string, number>();
  const placeOf = ({ nid }: OutboxRow) => place.get(nid) ?? -1;
  const arrived = rows.filter(({ nid }) => place.has(nid)).sort((a, b) => placeOf(a) - placeOf(b));
  for (const row of arrived) {
    // What was merged is told where its words went, which may be behind a digest that waited for it.
    const before = row.after.filter((nid) => !merged.has(nid));
    for (const nid of before) expect(place.get(nid) ?? -1).toBeLessThan(placeOf(row));
    const [, alert, seq] = /^(.+)#\d+:\w+:(\d+)$/.exec(row.nid) ?? [];
    if (alert === undefined) continue;
    expect(Number(seq)).toBeGreaterThan(newest.get(alert) ?? -1);
    newest.set(alert, Number(seq));
  }
}
