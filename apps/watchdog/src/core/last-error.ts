import { redact } from '@yoban/shared/redact';

const maxLength = 300;

const escapeCode = String.fromCharCode(27);
const colours = new RegExp(`${escapeCode}\\[[0-9;]*m`, 'g');
/** What pm2's log_date_format puts before every line, stack lines too; the notice has its own time. */
const stamp = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[ .][^ ]*)?: /;
const namesError = /error|exception|fatal|panic|traceback|refus|cannot|failed/i;
const isStackLine = /^\s*(at |\^|node:|Node\.js v|\}|throw )/;

/**
 * What an operator would read first at the end of an error log, in one line of at most 300 characters with secrets taken out;
 * null when nothing is there. The last line that names an error wins over the stack below it.
 */
export function lastErrorOf(logTail: string): string | null {
  const lines = logTail
    .replace(colours, '')
    .split('\n')
    .map((line) => line.replace(stamp, '').trimEnd())
    .filter((line) => line.trim() !== '' && !isStackLine.test(line));
  const line = lines.findLast((candidate) => namesError.test(candidate)) ?? lines.at(-1);
  return line === undefined ? null : redact(line.trim()).slice(0, maxLength);
}
