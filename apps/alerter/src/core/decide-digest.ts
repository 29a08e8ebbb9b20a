import { alertSets, appointmentName } from './agenda.ts';
import { type AlertRef, alertKey, recordId } from './alert-key.ts';
import { pendingNotices, recordOf } from './alert-record.ts';
import type { AlertState } from './alert-state.ts';
import { bucketEnd } from './dedup-window.ts';
import { type DigestEntry, takeListed } from './digest-entry.ts';
import { holderOfKnown } from './holder.ts';
import { alertIn, channelIn, type Known, type Watched } from './known.ts';
import { type DigestLine, outboxRow } from './notice.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { heldSet } from './plan-step.ts';
import { type AlertRules, policyOf, windowsOf } from './rules.ts';
import { union } from './told.ts';

interface Listed {
  ref: AlertRef;
  before: AlertState;
  state: AlertState;
  entry: DigestEntry | null;
}

/**
 * T7, at the end of a bucket: one digest of a channel for all WARNINGs listed in buckets now over, also those missed while nobody
 * ran. What is open then counts as announced there. T10: what is over is listed with its recovery. What a silence or a parent
 * holds back waits for its end, or is dropped when it is over without having been told.
 */
export function decideDigest(channel: string, { refs, more }: Watched, known: Known, rules: AlertRules): Plan {
  const { now } = known;
  const plan = emptyPlan('nothing_listed');
  const looks = refs.map((ref) => lookAt(ref, channel, { known, rules, plan }));
  const told = looks.filter((one): one is Listed & { entry: DigestEntry } => one.entry !== null);
  const states = told.length > 0 ? tellDigest(channel, told, known, plan) : new Map<string, AlertState>();
  for (const { ref, before, state } of looks) {
    const next = states.get(alertKey(ref)) ?? state;
    if (next !== before) plan.alerts.push({ ref, state: next });
  }
  const final = (one: Listed) => states.get(alertKey(one.ref)) ?? one.state;
  plan.ticked = {
    name: appointmentName({ kind: 'digest', channel }),
    set: alertSets.digest(channel),
    settled: looks.filter((one) => !waitsFor(final(one), channel)).map((one) => one.ref),
    // More wait than one digest is made of: the next one follows at once.
    nextAt: told.length > 0 && more ? now : bucketEnd(now, windowsOf(rules).shortestMs),
  };
  return plan;
}

const waitsFor = (state: AlertState, channel: string): boolean =>
  state.memory.digest.some((entry) => entry.channels.includes(channel));

interface Looking {
  known: Known;
  rules: AlertRules;
  plan: Plan;
}

function lookAt(ref: AlertRef, channel: string, { known, rules, plan }: Looking): Listed {
  const { now } = known;
  const before = alertIn(known, ref);
  const { memory } = before;
  const { due, left } = takeListed(memory.digest, channel, { now, windowMs: policyOf(rules, ref.service).windowMs });
  const nothing = { ref, before, state: before, entry: null };
  if (due === null) return nothing;
  const taken: AlertState = { ...before, memory: { ...memory, digest: left } };
  const holder = holderOfKnown(ref, before, known, rules);
  if (holder === null) return { ref, before, state: taken, entry: due };
  if (before.st !== 'open') return { ...nothing, state: taken };
  plan.watch.push({ set: heldSet(holder), ref });
  // A CRITICAL that was told owes nothing: only its entry, from when it was a WARNING, waits.
  return before.level === 'critical' ? nothing : { ...nothing, state: { ...before, hold: holder } };
}

/** Writes the row into the plan; the states remember it, so that their next notices wait for it. */
function tellDigest(
  channel: string,
  told: readonly (Listed & { entry: DigestEntry })[],
  known: Known,
  plan: Plan,
): Map<string, AlertState> {
  const { now } = known;
  const { tail, seq } = channelIn(known, channel);
  const nid = `digest:${channel}:${now}:${seq + 1}`;
  const after = [tail, ...told.map(({ state }) => state.memory.tails[channel])];
  const entries = told.map(lineOf).sort(openFirst);
  const recordIds = told.flatMap(({ ref, entry }) => entry.epochs.map((epoch) => recordId(ref, epoch)));
  const row = outboxRow({ nid, channel, after, notice: { kind: 'digest', at: now, entries }, recordIds }, now);
  plan.reason = 'digest';
  plan.rows.push(row);
  plan.channels.push({ channel, state: { tail: nid, seq: seq + 1 } });
  const states = new Map<string, AlertState>();
  for (const { ref, state } of told) {
    const memory = { ...state.memory, tails: { ...state.memory.tails, [channel]: nid } };
    const next: AlertState =
      state.st === 'open' ? { ...state, memory, announced: union(state.announced, [channel]) } : { ...state, memory };
    states.set(alertKey(ref), next);
    if (next.st !== 'none') plan.records.push({ base: recordOf(ref, next), notices: pendingNotices([row], now) });
  }
  return states;
}

function lineOf({ ref, state, entry }: Listed & { entry: DigestEntry }): DigestLine {
  const { count, first, last } = entry;
  const known = state.st === 'none' ? { params: {}, lastError: null, text: null } : state;
  const { params, lastError, text } = known;
  const recoveredAt = state.st === 'resolved' ? state.resolvedAt : null;
  return { ...ref, count, first, last, recoveredAt, params, lastError, text };
}

/** What still needs somebody stands above what is over, each in the order it began. */
const openFirst = (a: DigestLine, b: DigestLine): number =>
  Number(a.recoveredAt !== null) - Number(b.recoveredAt !== null) || a.first - b.first;
