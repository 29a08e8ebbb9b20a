import { boundRow, type ProofRow, plainRow } from '../harness/proof.ts';
import { percentile, spread } from '../harness/stats.ts';
import type { Told } from './kit.ts';
import type { SoakFault } from './soak-faults.ts';
import type { BegunAction } from './watchdog-record.ts';

export interface Outcome {
  fault: SoakFault;
  /** Epoch ms of its begin. */
  at: number;
  /** Epoch ms of another process answering, or, of a false one, of the same still answering; null = that did not come. */
  overAt: number | null;
}

/** A look at the watchdog and its machine. */
export interface Memory {
  at: number;
  /** Null once it has ended. */
  mb: number | null;
  /** Load average over a minute. */
  load: number;
}

export interface SoakRecord {
  outcomes: readonly Outcome[];
  actions: readonly BegunAction[];
  told: readonly Told[];
  memory: readonly Memory[];
  /** Of the budget of 3 restarts. */
  windowMs: number;
  /** A false fault is long enough for people to be told of it, though it must be left alone. */
  alarming: boolean;
}

const budget = 3;
/** A message is on its way for a moment after what it tells. */
const onItsWayMs = 5_000;
const alarms = ['CRITICAL', 'WARNING'];

/** The figures of a soak with their goals: P5 (recovery, false positives), W2 (budget), W7 (the watchdog lasts). */
export function rowsOfSoak({ outcomes, actions, told, memory, windowMs, alarming }: SoakRecord): ProofRow[] {
  const real = outcomes.filter(({ fault }) => fault.real);
  const missed = real.filter(({ overAt }) => overAt === null);
  const needless = actions.filter(({ at }) => !isCalledFor(outcomes, at, 0));
  const alarmed = told.filter(({ level }) => alarms.includes(level));
  const telling = outcomes.map((one) => (alarming ? { ...one, fault: { ...one.fault, real: true } } : one));
  const falseAlarms = alarmed.filter(({ at }) => !isCalledFor(telling, at, onItsWayMs));
  const beyond = actions.filter(({ at }, n) => at - (actions[n - budget]?.at ?? Number.NEGATIVE_INFINITY) < windowMs);
  const harmed = outcomes.filter(({ fault, overAt }) => !fault.real && overAt === null);
  const row = (id: string, what: string, [ours, unit]: [number, string], atMost: number, note: string) =>
    boundRow({ id, what, ours, unit, atMost, note });
  const took = real.flatMap(tookS);
  const loads = memory.map(({ load }) => load);
  return [
    row(
      'not-recovered',
      'faults that were not over by themselves',
      [percent(missed, real), '%'],
      20,
      `of ${real.length}`,
    ),
    row('needless', 'actions without a fault', [percent(needless, actions), '%'], 5, `of ${actions.length}`),
    row(
      'false-alarms',
      'CRITICAL and WARNING without a fault',
      [percent(falseAlarms, alarmed), '%'],
      5,
      `of ${alarmed.length}`,
    ),
    row(
      'harmed',
      'false faults after which the app was another',
      [harmed.length, 'times'],
      0,
      `of ${outcomes.length - real.length}`,
    ),
    row('beyond', 'restarts beyond the budget', [beyond.length, 'restarts'], 0, `${budget} in ${windowMs / 1_000} s`),
    ...memoryRows(memory),
    plainRow('load', 'load average of the machine, median', percentile(loads, 0.5), spread(loads)),
    plainRow('recover-p50', 'fault to the next 200, median s', percentile(took, 0.5)),
    plainRow('recover-p95', 'the same, p95 s', percentile(took, 0.95)),
    ...[...new Set(real.map(({ fault }) => fault.name))]
      .sort((one, other) => one.localeCompare(other))
      .map((name) => {
        const own = real.filter(({ fault }) => fault.name === name).flatMap(tookS);
        return plainRow(`recover ${name}`, 'the same of these, median s', percentile(own, 0.5), spread(own));
      }),
  ];
}

const tookS = ({ at, overAt }: Outcome): number[] => (overAt === null ? [] : [(overAt - at) / 1_000]);

const percent = (some: readonly unknown[], all: readonly unknown[]): number =>
  all.length === 0 ? 0 : (some.length / all.length) * 100;

/** Whether a real fault stood at that time: what is done or told between two of them, or of a false one, is one too many. */
function isCalledFor(outcomes: readonly Outcome[], at: number, afterMs: number): boolean {
  const own = outcomes.findLast((outcome) => outcome.at <= at);
  return own?.fault.real === true && (own.overAt === null || at <= own.overAt + afterMs);
}

/** The slope by least squares once the first quarter, in which a process finds its size, is over. */
function memoryRows(memory: readonly Memory[]): ProofRow[] {
  const ended = memory.filter(({ mb }) => mb === null).length;
  const [first, last] = [memory[0]?.at ?? 0, memory.at(-1)?.at ?? 0];
  const later = memory.flatMap(({ at, mb }) => (mb === null || at < first + (last - first) / 4 ? [] : [{ at, mb }]));
  const grown = slope(later) * (last - first) * 0.75;
  const sizes = later.map(({ mb }) => mb);
  return [
    boundRow({ id: 'ended', what: 'looks that found no watchdog', ours: ended, unit: 'looks', atMost: 0 }),
    boundRow({
      ...{ id: 'grown', what: 'RSS of the watchdog: growth over the last three quarters, by least squares, MB' },
      ...{ ours: grown, unit: 'MB', atMost: 5, note: `MB, ${spread(sizes)}` },
    }),
  ];
}

/** MB for each ms. */
function slope(points: readonly { at: number; mb: number }[]): number {
  const mean = (of: (point: { at: number; mb: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [at, mb] = [mean((point) => point.at), mean((point) => point.mb)];
  const above = points.reduce((sum, point) => sum + (point.at - at) * (point.mb - mb), 0);
  return above / points.reduce((sum, point) => sum + (point.at - at) ** 2, 0);
}
