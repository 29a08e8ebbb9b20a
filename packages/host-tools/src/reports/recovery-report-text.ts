import type { Locale } from '@yoban/shared/config/fields';
import type { IncidentAction, IncidentPhase } from '@yoban/shared/contracts/incident';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import type { ProbeReading, RecoveryReport } from './recovery-report.ts';
import { type ReportWords, reportWords } from './recovery-report-words.ts';

interface Style {
  words: ReportWords;
  time: (iso: string) => string;
}

/** A report as people read it, in Markdown. */
export function recoveryReportText(report: RecoveryReport, lang: Locale, zone: string): string {
  const words = reportWords[lang];
  const time = (iso: string) => `${zoneDateTime(Date.parse(iso), zone)} ${zoneName(Date.parse(iso), zone)}`;
  const style = { words, time };
  const evidence = report.evidence.map((folder) => `- \`${folder}\``);
  const parts = [
    `# ${words.title(report.service)}`,
    factLines(report, style).join('\n'),
    `## ${words.evidence}\n\n${evidence.join('\n') || words.noEvidence}`,
    `## ${words.actions}\n\n${actionTable(report.actions, style)}`,
    ...(report.phases.length > 0 ? [`## ${words.phases}\n\n${phaseLines(report.phases, style)}`] : []),
    ...readingPart(words.before, report.before, words),
    ...readingPart(words.after, report.after, words),
  ];
  return `${parts.join('\n\n')}\n`;
}

function factLines(report: RecoveryReport, { words, time }: Style): string[] {
  const { facts } = words;
  const { trigger, result, recoveredBy, durationMs } = report;
  const by = recoveredBy === null ? '' : ` (${words.by(recoveredBy)})`;
  const lines: (readonly [string, string | null])[] = [
    [facts.service, report.service],
    [facts.fault, report.fault],
    [facts.trigger, words.trigger[trigger.kind](trigger.by)],
    [facts.cause, trigger.cause],
    [facts.lastError, trigger.lastError],
    [facts.detected, time(report.detectedAt)],
    [facts.ended, report.endedAt && time(report.endedAt)],
    [facts.duration, durationMs === null ? null : seconds(durationMs, words)],
    [facts.result, `${words.result[result]}${by}`],
  ];
  return lines.flatMap(([name, value]) => (value === null || value === '' ? [] : [`- ${name}: ${plain(value)}`]));
}

function actionTable(actions: readonly IncidentAction[], { words, time }: Style): string {
  if (actions.length === 0) return words.noAction;
  const rows = actions.map(({ name, startedAt, attempt, attemptMax, ok, exitCode, durationMs, detail }) => [
    time(startedAt),
    name,
    attempt === null ? '-' : `${attempt}/${attemptMax ?? '-'}`,
    exitCode === null ? '-' : String(exitCode),
    durationMs === null ? '-' : seconds(durationMs, words),
    [ok === null ? words.underWay : ok ? words.ok : words.failed, detail].filter(Boolean).join(': '),
  ]);
  const head = [words.actionHead, words.actionHead.map(() => '---')];
  return [...head, ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

const phaseLines = (phases: readonly IncidentPhase[], { words, time }: Style): string =>
  phases
    .map(
      ({ name, endedAt, late }) =>
        `- ${name}: ${endedAt === null ? '-' : time(endedAt)}${late ? ` (${words.late})` : ''}`,
    )
    .join('\n');

function readingPart(title: string, readings: readonly ProbeReading[], words: ReportWords): string[] {
  if (readings.length === 0) return [];
  const lines = readings.map(
    ({ probe, state, detail }) => `- ${probe}: ${words.readings[state]}${detail && ` (${plain(detail)})`}`,
  );
  return [`## ${title}\n\n${lines.join('\n')}`];
}

const seconds = (ms: number, words: ReportWords): string => words.seconds((ms / 1_000).toFixed(1));

/** One line, so that no text of a program makes a heading. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

const cell = (text: string): string => plain(text).replaceAll('|', '\\|');
