import type { DeclaredHalf, RecordedRow, RecordedRun, ResilienceRecord } from './resilience-record.ts';

/** One case on one supervisor it is meant for, its twin beside it. */
export interface DeclaredPair {
  number: string;
  on: string;
  fault: DeclaredHalf;
  twin: DeclaredHalf;
}

interface Pair extends DeclaredPair {
  faultRow: RecordedRow | undefined;
  twinRow: RecordedRow | undefined;
}

/** Run A, B, C …, oldest first. */
type Letters = ReadonlyMap<string, string>;

const resultOf = (row: RecordedRow | undefined): string => {
  if (!row) return 'not recorded';
  if (row.met === null) return `not possible here: ${row.note ?? ''}`;
  return row.met ? 'met' : `**missed**${row.note ? `: ${row.note}` : ''}`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const lineOf = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
/** A half that this machine could not run has shown nothing. */
const isRecorded = ({ faultRow, twinRow }: Pair): boolean =>
  [faultRow, twinRow].every((row) => (row?.met ?? null) !== null);

/** What was broken on which supervisor, how long what must follow took, whether its twin was left alone, and what nobody has recorded. Markdown. */
export function resiliencePage({ runs, rows }: ResilienceRecord, declared: readonly DeclaredPair[]): string {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const pairs = declared.map((pair): Pair => {
    return { ...pair, faultRow: byId.get(pair.fault.id), twinRow: byId.get(pair.twin.id) };
  });
  const letters: Letters = new Map(runs.map(({ at }, n) => [at, String.fromCharCode(65 + n)]));
  const shown = pairs.filter(({ faultRow, twinRow }) => faultRow ?? twinRow);
  const parts = [...new Set(shown.map(({ number }) => number))].map((number) =>
    partOf(
      shown.filter((pair) => pair.number === number),
      letters,
    ),
  );
  return `# What happens when things break

Made of [the kept rows](resilience/rows.json) of \`bin/pnpm chaos … --record\` (\`all\` always keeps its own), each replaced by the next run of the same; not edited by hand.

${countsOf(pairs, rows)}

${runTable(runs, letters)}

Each case breaks one thing on a real supervisor of its own: an app under \`yoban run\` (command), pm2, systemd (as a user's services) or a container of Docker
Compose, with the whole kit beside it. *Took* is from the fault, where the case names nothing else, to the end of what must follow; the bound is the case's own, judged
without the waits of its processes for a free core, and – stands where there is no more to it than a wait of fixed length. The twin looks like the fault and must not be
acted on, or must end otherwise, as its line says. A service is looked at each 5 s, with 2 s for an answer, two bad looks, the second after 1 s. Four cases run side by
side, but for single runs. A miss stands here as one.

Two numbers are left free for what yoban does not have yet, releases of the guarded app. 14: the disk fills up while a new version is being installed; that must be refused
beforehand or noticed at its end, and what runs must not suffer. 24: a bad version (it dies at its start or soon after, never gets well, is installed by half, its source was
rewritten or cannot be reached), or an end of the installer at any of its steps; the old version must serve all the while or be back.

${parts.join('\n')}
\`bin/pnpm chaos --sabotage list\` names the safeguards that can be broken on purpose, one at a time; with each of them a case of these fails, and the command ends with 1.
`;
}

function countsOf(pairs: readonly Pair[], rows: readonly RecordedRow[]): string {
  const supervisors = [...new Set(pairs.map(({ on }) => on))].sort((a, b) => a.localeCompare(b));
  const lines = supervisors.map((on) => {
    const own = pairs.filter((pair) => pair.on === on);
    const missing = own.filter((pair) => !isRecorded(pair)).map(({ number }) => number);
    return lineOf([on, `${own.length - missing.length} of ${own.length}`, missing.join(', ') || '–']);
  });
  const missed = rows.filter(({ met }) => met === false).length;
  return `**${pairs.filter(isRecorded).length} of ${pairs.length} pairs (case × supervisor) recorded**, a pair being a fault and its twin: ${rows.length} rows, ${missed} missed.

| supervisor | pairs recorded | not recorded |
|---|---|---|
${lines.join('\n')}`;
}

function runTable(runs: readonly RecordedRun[], letters: Letters): string {
  const lines = runs.map(({ at, name, commit, machine, seed, load }) =>
    lineOf([
      letters.get(at) ?? '',
      at.slice(0, 16).replace('T', ' '),
      name,
      commit,
      seed === null ? 'none' : String(seed),
      load ? `${load.low} to ${load.high}` : 'not kept',
      machine,
    ]),
  );
  return `| run | begun (UTC) | of | commit | seed | load average | machine |
|---|---|---|---|---|---|---|
${lines.join('\n')}`;
}

function partOf(pairs: readonly Pair[], letters: Letters): string {
  const [first] = pairs;
  if (!first) return '';
  const lines = pairs.map(({ on, faultRow, twinRow }) =>
    lineOf([on, ...figuresOf(faultRow), resultOf(faultRow), resultOf(twinRow), runsOf([faultRow, twinRow], letters)]),
  );
  return `## ${first.number}

${first.fault.what}.

Twin: ${first.twin.what}.

| supervisor | bound | took | | twin | run |
|---|---|---|---|---|---|
${lines.join('\n')}
`;
}

/** Bound and time. Where the half only waits, neither says anything. */
function figuresOf(row: RecordedRow | undefined): [string, string] {
  if (!row || row.met === null) return ['', ''];
  if (row.met && row.ours === null) return ['–', '–'];
  return [row.goal ?? '', row.ours === null ? '' : `${row.ours} s`];
}

const runsOf = (rows: readonly (RecordedRow | undefined)[], letters: Letters): string =>
  [...new Set(rows.flatMap((row) => (row ? (letters.get(row.run) ?? []) : [])))]
    .sort((a, b) => a.localeCompare(b))
    .join(', ');
