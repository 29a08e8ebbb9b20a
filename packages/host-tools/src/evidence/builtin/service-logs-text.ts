import { existsSync } from 'node:fs';
import { journalLines } from '../../journal/journal-lines.ts';
import { readLastLines } from '../../read-last-lines.ts';
import type { Supervisor } from '../../supervisors/supervisor.ts';

/** R4: what the document asks to be collected. */
const lines = 50;

/** The last 50 lines of a service, from its supervisor's files, else from the journal. */
export async function serviceLogsText(supervisor: Supervisor, signal: AbortSignal): Promise<string> {
  const { out, error } = await supervisor.logFiles();
  const files = [...new Set([error, out])].flatMap((file) => (file !== null && existsSync(file) ? [file] : []));
  if (files.length === 0 && supervisor.journal) return journalLines(supervisor.journal, lines, signal);
  if (files.length === 0) return `${supervisor.kind} keeps no log that can be read from here\n`;
  return files.map((file) => `==> ${file}\n${readLastLines(file, lines).lines.join('\n')}\n`).join('\n');
}
