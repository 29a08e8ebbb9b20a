import { followJournal } from '@yoban/host-tools/journal/follow-journal';
import { journalLines } from '@yoban/host-tools/journal/journal-lines';
import type { JournalUnit } from '@yoban/host-tools/supervisors/supervisor';
import type { CommandContext } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** `logs` of a service whose output systemd keeps: there is no file to read. */
export async function showJournal(
  { io, out }: CommandContext,
  service: string,
  { unit, count, follow }: { unit: JournalUnit; count: number; follow: boolean },
): Promise<ExitCode> {
  const show = (line: string) => out.line(out.json ? JSON.stringify({ service, stream: 'out', line }) : line);
  if (follow) {
    io.deferEnd();
    await followJournal(unit, count, show, io.signal);
    return exitCodes.fine;
  }
  const text = await journalLines(unit, count, io.signal);
  const lines = text.split('\n').filter((line) => line !== '');
  if (out.json) out.result({ service, journal: unit.unit, lines }, () => undefined);
  else for (const line of lines) show(line);
  return exitCodes.fine;
}
