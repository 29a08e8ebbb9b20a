import { errorCatalog } from '@yoban/shared/error-catalog';
import type { OpsError } from '@yoban/shared/errors';
import type { Io } from './io.ts';
import type { Words } from './words/words.ts';

export type Cell = string | number | null;

export interface Output {
  readonly json: boolean;
  /** The result: `value` as JSON where that was asked for, else what `print` prints. */
  result(value: unknown, print: () => void): void;
  line(text?: string): void;
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): void;
  /** Talk beside the result, on stderr: progress and decisions a script must not read. */
  note(text: string): void;
  problem(error: OpsError): void;
}

/** Prints results to stdout as text or JSON. A problem is two lines on stderr, or one JSON object on stdout. */
export function createOutput(io: Pick<Io, 'stdout' | 'stderr'>, json: boolean, words: Words): Output {
  const line = (text = '') => io.stdout(`${text}\n`);
  return {
    json,
    line,
    result: (value, print) => (json ? line(JSON.stringify(value, null, 2)) : print()),
    table: (head, rows) => {
      for (const text of layOut([head, ...rows])) line(text);
    },
    note: (text) => io.stderr(`${text}\n`),
    problem: (error) => {
      const hint = hintOf(error, words);
      const { code, message, retryable, fields } = error;
      if (json) line(JSON.stringify({ error: { code, message, hint, retryable, fields } }, null, 2));
      else io.stderr(`error ${code}: ${message}\n${words.hintLabel}: ${hint}\n`);
    },
  };
}

/** The hint in the reader's language where it is the catalog's own; one made for the case stays as it was thrown. */
const hintOf = (error: OpsError, words: Words): string =>
  error.hint === errorCatalog[error.code].hint ? (words.hints[error.code] ?? error.hint) : error.hint;

/** Columns as wide as their widest cell; full-width letters count as two. */
function layOut(rows: readonly (readonly Cell[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))));
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => widthOf(row[column] ?? ''))));
  return texts.map((row) =>
    row
      .map((text, column) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text))))
      .join('  ')
      .trimEnd(),
  );
}

const fullWidth = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

const widthOf = (text: string): number => [...text].reduce((sum, letter) => sum + (fullWidth.test(letter) ? 2 : 1), 0);
