import { expect } from 'vitest';
import type { Arrival } from './simulated-channels.ts';
import type { Simulation } from './simulation.ts';

/** What a run of the simulation was told by the decisions, to be compared with what arrived. */
export interface Tally {
  /** When raises of an alert were decided to be sent. */
  sentAt: Record<string, number[]>;
  hidden: number;
  /** Alerts with an open CRITICAL incident, by the test's own book. */
  open: Set<string>;
  /** Incidents of an alert that ended after a CRITICAL. */
  ended: Record<string, number>;
  infos: number;
  infosFolded: number;
}

export const newTally = (): Tally => ({
  sentAt: { x: [], y: [] },
  hidden: 0,
  open: new Set(),
  ended: { x: 0, y: 0 },
  infos: 0,
  infosFolded: 0,
});

/** Books a CRITICAL raise by the reason it was decided for. */
export function noteRaise(tally: Tally, name: string, now: number, reason: string): void {
  const sent = ['raised', 'still_firing', 'upgraded', 'raised_and_recovered'].includes(reason);
  if (sent) tally.sentAt[name]?.push(now);
  else tally.hidden += 1;
  if (reason === 'raised_and_recovered') tally.ended[name] = (tally.ended[name] ?? 0) + 1;
  else if (reason !== 'late_raise') tally.open.add(name);
}

/** Books a clear. */
export function noteClear(tally: Tally, name: string, reason: string): void {
  if (reason === 'recovered' && tally.open.delete(name)) tally.ended[name] = (tally.ended[name] ?? 0) + 1;
}

export const isRaise = ({ text }: Arrival): boolean => text.startsWith('[CRITICAL]');
export const isRecovery = ({ text }: Arrival): boolean => text.startsWith('[RECOVERED]');
export const ofAlert =
  (name: string) =>
  ({ nid }: Arrival): boolean =>
    nid.startsWith(`ailife/${name}#`);

/** First arrival of each notice: repeats are judged apart. */
const firsts = (arrivals: readonly Arrival[]): Arrival[] => {
  const seen = new Set<string>();
  return arrivals.filter(({ nid }) => !seen.has(nid) && seen.add(nid));
};

const idParts = (nid: string): { epoch: number; seq: number } => {
  const [, epoch, seq] = /#(\d+):\w+:(\d+)$/.exec(nid) ?? [];
  return { epoch: Number(epoch), seq: Number(seq) };
};

const counted = (arrivals: readonly Arrival[], line: RegExp): number =>
  arrivals.reduce((sum, { text }) => sum + Number(line.exec(text)?.[1] ?? 0), 0);

/**
 * What must hold of everything that arrived, however the clock, the kills and the channels played: a raise reaches every channel
 * (I1), raises of one alert keep their distance (I2), what was held back is counted (I3), each incident ends in one recovery (I4),
 * no INFO is lost or told twice (I6), an alert's notices come in the order they were decided (I7), and only a try that may have
 * arrived is repeated (I9).
 */
export function judge(world: Simulation, tally: Tally): void {
  const slack = firsts(world.arrivals.slack);
  const mail = firsts(world.arrivals.mail);
  judgeRaises(slack, mail, tally);
  judgeInfos(slack, world, tally);
  for (const arrivals of [slack, mail]) {
    for (const [name, ended] of Object.entries(tally.ended)) judgeOrder(arrivals.filter(ofAlert(name)), ended);
  }
  // I9: repeats come only from tries that may have arrived.
  const repeats = world.arrivals.slack.length + world.arrivals.mail.length - slack.length - mail.length;
  expect(repeats).toBeLessThanOrEqual(world.ambiguous());
}

function judgeRaises(slack: readonly Arrival[], mail: readonly Arrival[], tally: Tally): void {
  // I1: each raise that was not suppressed is one notice on Slack and one by mail; reminders of owed alerts come on top.
  const raisesOf = (arrivals: readonly Arrival[], channel: string) =>
    arrivals
      .filter(isRaise)
      .map((one) => one.nid.replace(`:${channel}:`, ':'))
      .sort();
  expect(raisesOf(mail, 'mail')).toEqual(raisesOf(slack, 'slack'));
  const sent = Object.values(tally.sentAt).flat().length;
  expect(raisesOf(slack, 'slack').length).toBeGreaterThanOrEqual(sent);

  // I2: raises of one alert are a window apart.
  for (const times of Object.values(tally.sentAt)) {
    for (const [index, at] of times.slice(1).entries()) {
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(900_000);
    }
  }
  // I3: what was counted is reported, once.
  expect(counted(slack, /^(\d+) alerts suppressed$/m)).toBe(tally.hidden);
}

/** I6: each INFO singly or in a fold, never both; one that outlived its patience is dead, not lost. */
function judgeInfos(slack: readonly Arrival[], world: Simulation, tally: Tally): void {
  const dead = world.lines.filter((line) => line.event === 'notice.dead');
  const singly = slack.filter(({ nid }) => /^e\d+:slack$/.test(nid)).length;
  expect(singly + dead.filter((line) => line.kind === 'info').length).toBe(tally.infos);
  if (dead.some((line) => line.kind === 'fold')) return;
  expect(counted(slack, /^(\d+) more messages/m)).toBe(tally.infosFolded);
}

function judgeOrder(own: readonly Arrival[], ended: number): void {
  // I4: exactly one recovery per CRITICAL incident, never before a raise; the last word is a recovery.
  const recoveries = own.filter(isRecovery).map((one) => idParts(one.nid).epoch);
  expect(new Set(recoveries).size).toBe(recoveries.length);
  expect(recoveries.length).toBe(ended);
  expect(own.slice(0, 1).every(isRaise)).toBe(true);
  expect(own.slice(-1).every(isRecovery)).toBe(true);
  // I7: in the order they were decided.
  const seqs = own.map((one) => idParts(one.nid).seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
}
