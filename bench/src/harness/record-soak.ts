import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lookEveryMs, realPace, scaledPace } from '../chaos/soak-pace.ts';
import type { ProofReport, ProofRow } from './proof.ts';

/** Keeps a report of the soak in `docs/soak` and writes docs/soak.md anew from both kinds: the page is never edited by hand. */
export function recordSoak(docs: string, report: ProofReport): void {
  const store = path.join(docs, 'soak');
  mkdirSync(store, { recursive: true });
  const name = report.kind === 'realtime' ? 'real-hour' : 'day-of-faults';
  writeFileSync(path.join(store, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
  rebuildSoak(docs);
}

/** Writes docs/soak.md anew from the reports in `docs/soak`. */
export function rebuildSoak(docs: string): void {
  const store = path.join(docs, 'soak');
  const kept = readdirSync(store)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(store, file), 'utf8')) as ProofReport);
  writeFileSync(path.join(docs, 'soak.md'), soakPage(kept));
}

const heads = {
  day: `## A day's faults

A day has 144 times ten minutes; here the 144 faults come one after the other, on a clock 48 times as fast. The window of the restart budget is scaled with it; looks, grace and the windows of alerts are not.`,
  hour: `## A real hour

A fault each ten minutes, at the values of a preset: a look each 30 s with 10 s for an answer, three bad ones with two quick rechecks, three restarts in ten minutes; and the liveness address, asked each second. What only looks like a fault lasts 12 s here: longer than the 10 s a look waits, so people are told of it, and still nothing is restarted.`,
};

/** What was done, what it came to, and of an hour what happened when. */
export function soakPage(reports: readonly ProofReport[]): string {
  const parts = reports.map((report) => {
    const { at, commit, machine, versions, seed } = report;
    const measured = `${at.slice(0, 10)}, commit ${commit}, ${machine}, Node ${versions.node ?? '?'}; seed ${seed}.`;
    const rows = report.rows.map((row) => {
      const { id, what, ours, goal } = row;
      return line([id, what, ours, goal, ...verdictOf(row, report)]);
    });
    const table = ['| id | what | | goal | | how |', '|---|---|---|---|---|---|', ...rows].join('\n');
    const head = report.kind === 'realtime' ? heads.hour : heads.day;
    return [head, measured, table, ...timelineOf(report)].join('\n\n');
  });
  return `# Fault after fault

Written by \`bin/pnpm chaos soak --record\` and \`bin/pnpm chaos soak --real-time --record\`, not edited by hand; \`node --conditions=yoban-src bench/src/chaos/pages-main.ts\` makes it anew of [what they kept](soak). An app under \`yoban run\`, watched by policy: it is killed, crashes, hangs, spins, gets slow or answers wrongly; or it only looks so (one slow answer, a moment of silence) and must be left alone. In the day each of these eight comes equally often; the hour draws six of them.

${parts.join('\n\n')}
`;
}

/** Whether the goal was met and how it was measured; a share of nothing is no share, and a growth is one of its span only. */
function verdictOf(row: ProofRow, report: ProofReport): string[] {
  const { id, met, note = '' } = row;
  if (id === 'false-alarms' && note === 'of 0') return ['none told', note];
  const verdict = met === null ? '' : met ? 'met' : '**missed**';
  return id === 'grown' ? grownOf(row, report, verdict) : [verdict, note];
}

function grownOf({ ours, note = '' }: ProofRow, { kind }: ProofReport, verdict: string): string[] {
  const count = Number(/n=(?<count>\d+)/.exec(note)?.groups?.count);
  const { everyMs } = kind === 'realtime' ? realPace : scaledPace(0);
  const minutes = (count * lookEveryMs(everyMs)) / 60_000;
  const rate = `${((Number(ours) / minutes) * 60).toPrecision(2)} MB an hour`;
  const over = `${Math.round(minutes)} min`;
  return [`${verdict} over ${over}`, `${note}; a rate of ${rate}: only a longer run tells whether it levels off`];
}

function timelineOf({ timeline }: ProofReport): string[] {
  if (!timeline) return [];
  const lines = timeline.map(({ at, who, text }) => line([at.slice(11, 19), who, text]));
  return [['| UTC | who | what |', '|---|---|---|', ...lines].join('\n')];
}

const line = (cells: readonly (string | number | null | undefined)[]): string =>
  `| ${cells.map((cell) => String(cell ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
