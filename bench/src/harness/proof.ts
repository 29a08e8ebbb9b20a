/** One line of a proof. `met` is null exactly where the row has no goal. */
export interface ProofRow {
  id: string;
  what: string;
  ours: number | string | null;
  peer: number | string | null;
  ratio: number | null;
  goal: string | null;
  met: boolean | null;
  /** How it was measured: number of runs, unit, spread. Text for the reader of the table. */
  note?: string;
  /** Load average of the machine over the minute before its end, where that is kept. */
  load?: number;
}

/** What somebody got, and when, for a record that people read. */
export interface TimelineEntry {
  /** ISO time. */
  at: string;
  /** A channel, or who did something. */
  who: string;
  text: string;
}

export interface ProofReport {
  name: string;
  /** Absent in records of benches made before it was kept. */
  kind?: 'bench' | 'torture' | 'chaos' | 'realtime';
  machine: string;
  at: string;
  commit: string;
  versions: Record<string, string>;
  seed: number | null;
  sabotage: string | null;
  rows: ProofRow[];
  timeline?: TimelineEntry[];
}

/** What a proof is told by its command line. */
export interface ProofOptions {
  seed: number;
  seconds: number;
  sabotage: string | null;
  say: (text: string) => void;
}

export interface Proof {
  name: string;
  what: string;
  /** Names that `--sabotage` takes: one safeguard each, broken on purpose. A bench has none. */
  sabotages: readonly string[];
  run: (options: ProofOptions) => Promise<ProofRow[]>;
  /** The same on the real clock, as long as it takes: `--real-time`. Never part of `all`. */
  realTime?: (options: ProofOptions) => Promise<{ rows: ProofRow[]; timeline: TimelineEntry[] }>;
}

/** A row whose goal is "at most": the ratio of ours to the peer of the same run. */
export function ratioRow(row: {
  id: string;
  what: string;
  ours: number;
  peer: number;
  atMost: number;
  note?: string;
}): ProofRow {
  const ratio = row.ours / row.peer;
  return {
    id: row.id,
    what: row.what,
    ours: round(row.ours),
    peer: round(row.peer),
    ratio: round(ratio),
    goal: `≤ ${row.atMost} ×`,
    met: ratio <= row.atMost,
    ...(row.note !== undefined && { note: row.note }),
  };
}

/** A row whose goal is a bound on our own figure. */
export function boundRow(row: {
  id: string;
  what: string;
  ours: number;
  unit: string;
  atMost: number;
  note?: string;
}): ProofRow {
  return {
    id: row.id,
    what: row.what,
    ours: round(row.ours),
    peer: null,
    ratio: null,
    goal: `≤ ${row.atMost} ${row.unit}`,
    met: row.ours <= row.atMost,
    ...(row.note !== undefined && { note: row.note }),
  };
}

/** A figure that stands for itself, without a goal. */
export const plainRow = (id: string, what: string, ours: number | string, note?: string): ProofRow => ({
  id,
  what,
  ours: typeof ours === 'number' ? round(ours) : ours,
  peer: null,
  ratio: null,
  goal: null,
  met: null,
  ...(note !== undefined && { note }),
});

const round = (value: number): number => Number(value.toPrecision(4));
