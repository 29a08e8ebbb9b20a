import type { ProofRow } from './proof.ts';

const verdict = (met: boolean | null): string => (met === null ? '' : met ? 'met' : 'MISSED');

/** The rows as a table for people. */
export function printRows(rows: readonly ProofRow[]): void {
  const cells = rows.map((row) => [
    row.id,
    row.what,
    text(row.ours),
    text(row.peer),
    text(row.ratio),
    row.goal ?? '',
    verdict(row.met),
    row.note ?? '',
  ]);
  const table = [['id', 'what', 'ours', 'peer', 'ratio', 'goal', '', 'note'], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of table)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

const text = (value: number | string | null): string => (value === null ? '' : String(value));
