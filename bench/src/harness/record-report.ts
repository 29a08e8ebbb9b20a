import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { recordResilience } from '../chaos/record-resilience.ts';
import type { ProofReport, ProofRow, TimelineEntry } from './proof.ts';
import { recordSoak } from './record-soak.ts';

const docs = path.resolve(import.meta.dirname, '../../../docs');
const store = path.join(docs, 'benchmarks');

/** Keeps a report, those of the chaos and the soak on pages of their own, the others under docs/benchmarks, and writes docs/benchmarks.md anew from all that are kept: the page is never edited by hand. */
export function recordReport(report: ProofReport): void {
  if (report.name === 'soak') {
    recordSoak(docs, report);
    return;
  }
  if (report.kind === 'chaos') {
    recordResilience(docs, report);
    return;
  }
  mkdirSync(store, { recursive: true });
  const file = path.join(store, recordName(report));
  writeFileSync(`${file}.json`, `${JSON.stringify(report, null, 1)}\n`);
  if (report.timeline) writeFileSync(`${file}.md`, timelinePage(report, report.timeline));
  const kept = readdirSync(store)
    .filter((file) => file.endsWith('.json'))
    .sort();
  const reports = kept.map((file) => JSON.parse(readFileSync(path.join(store, file), 'utf8')) as ProofReport);
  writeFileSync(path.join(docs, 'benchmarks.md'), benchmarkPage(reports));
}

/** A bench and a torture of one name are two records. */
const recordName = ({ name, kind = 'bench' }: ProofReport): string => (kind === 'bench' ? name : `${name}-${kind}`);

/** What happened, in order, for people. Times are UTC. */
function timelinePage({ at, commit, machine }: ProofReport, timeline: readonly TimelineEntry[]): string {
  const lines = timeline.map((entry) => `| ${entry.at.slice(11, 23)} | ${entry.who} | ${cell(entry.text)} |`);
  return `# What each receiver got, and when\n\n${at.slice(0, 10)}, commit ${commit}, ${machine}. Written by \`bin/pnpm torture alerts --real-time --record\`, not edited by hand. Times are UTC.\n\n| time | who | what |\n|---|---|---|\n${lines.join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', '<br>');

/** The page in Markdown. Rows without a goal have no verdict; a miss is said as such. */
export function benchmarkPage(reports: readonly ProofReport[]): string {
  const parts = reports.map((report) => {
    const versions = Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ');
    const seed = report.seed === null ? '' : ` Seed ${report.seed}.`;
    const read = report.timeline
      ? `\n\nMinute by minute: [${recordName(report)}.md](benchmarks/${recordName(report)}.md).`
      : '';
    return `## ${recordName(report)}\n\n${report.machine}; ${versions}; commit ${report.commit}; ${report.at.slice(0, 10)}.${seed}${read}\n\n| id | what | ours | peer | ratio | goal | | how |\n|---|---|---|---|---|---|---|---|\n${report.rows.map(line).join('\n')}\n`;
  });
  return `# Figures\n\nWritten by \`bin/pnpm bench <name> --record\` and \`bin/pnpm torture <name> --record\`; not edited by hand. Peers are measured in the same run.\n\n${parts.join('\n')}`;
}

const line = (row: ProofRow): string =>
  `| ${[row.id, row.what, row.ours, row.peer, row.ratio, row.goal, row.met === null ? '' : row.met ? 'met' : '**missed**', row.note].map((cell) => cell ?? '').join(' | ')} |`;
