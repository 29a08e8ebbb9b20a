import type { ProofReport, ProofRow } from '../harness/proof.ts';

/** One `chaos … --record`, whose rows stand on the page. */
export interface RecordedRun {
  /** ISO time of its begin; no two runs have the same. */
  at: string;
  /** What was asked for: `all`, `usual` or the number of a case. */
  name: string;
  commit: string;
  machine: string;
  /** Null where it had none. */
  seed: number | null;
  /** Lowest and highest load average over a minute, at the ends of its halves; null = not kept. */
  load: { low: number; high: number } | null;
}

/** A half of a case on a supervisor, as its run of `run` found it. */
export type RecordedRow = ProofRow & { run: RecordedRun['at'] };

export interface ResilienceRecord {
  runs: RecordedRun[];
  rows: RecordedRow[];
}

/** A half that can be recorded: what the cases say today. */
export interface DeclaredHalf {
  id: string;
  what: string;
}

/**
 * What is kept once `report` is put on record, in the order of `declared`. A run of a part replaces its own rows only; a half that
 * could not be run here replaces none that could. A row whose case says something else today, or nothing, is kept no longer: it
 * has not shown that.
 */
export function withReport(
  kept: ResilienceRecord,
  report: ProofReport,
  declared: readonly DeclaredHalf[],
): ResilienceRecord {
  const rows = new Map(kept.rows.map((row) => [row.id, row]));
  for (const row of report.rows)
    if (row.met !== null || !rows.has(row.id)) rows.set(row.id, { ...row, run: report.at });
  return pruned({ runs: [...kept.runs, runOf(report)], rows: [...rows.values()] }, declared);
}

/** Without what no case says today, and without runs that nothing is left of. */
export function pruned({ runs, rows }: ResilienceRecord, declared: readonly DeclaredHalf[]): ResilienceRecord {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const left = declared.flatMap(({ id, what }) => {
    const row = byId.get(id);
    return row?.what === what ? [row] : [];
  });
  const used = new Set(left.map(({ run }) => run));
  return { runs: runs.filter(({ at }) => used.has(at)).sort((a, b) => a.at.localeCompare(b.at)), rows: left };
}

function runOf({ at, name, commit, machine, seed, rows }: ProofReport): RecordedRun {
  const loads = rows.flatMap(({ load }) => load ?? []);
  const load = loads.length === 0 ? null : { low: Math.min(...loads), high: Math.max(...loads) };
  return { at, name, commit, machine, seed, load };
}
