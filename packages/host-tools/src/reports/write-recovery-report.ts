import path from 'node:path';
import type { Locale } from '@yoban/shared/config/fields';
import { makeFolder } from '@yoban/shared/make-folder';
import { writeFileAtomic } from '@yoban/sqlite-tools/atomic-file';
import { type RecoveryReport, recoveryReportName } from './recovery-report.ts';
import { recoveryReportText } from './recovery-report-text.ts';

export interface ReportStyle {
  /** `YOBAN_HOME/reports`. */
  reportsDir: string;
  zone: string;
  lang: Locale;
}

/** Writes a report in both forms, over what was written of the same recovery before. @returns the absolute path of the Markdown */
export async function writeRecoveryReport(
  report: RecoveryReport,
  { reportsDir, zone, lang }: ReportStyle,
): Promise<string> {
  makeFolder(reportsDir, { mode: 0o700 });
  const file = path.join(reportsDir, recoveryReportName(report, zone));
  await writeFileAtomic(`${file}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFileAtomic(`${file}.md`, recoveryReportText(report, lang, zone));
  return `${file}.md`;
}
