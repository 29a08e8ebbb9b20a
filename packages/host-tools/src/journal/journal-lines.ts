import { OpsError } from '@yoban/shared/errors';
import { resolveProgram } from '../resolve-program.ts';
import { runProgram } from '../run-program.ts';
import type { JournalUnit } from '../supervisors/supervisor.ts';
import { systemdEnvironment } from '../supervisors/systemctl.ts';

const limitMs = 8_000;

/** What journalctl is asked with for the newest lines of a unit. */
export const journalArgs = ({ unit, user }: JournalUnit, lines: number): string[] => [
  ...(user ? ['--user'] : []),
  ...['--no-pager', '--quiet', '-o', 'short-iso', '-n', String(lines), '-u', unit],
];

/** The newest lines of a unit's journal. @throws OpsError PROGRAM_NOT_FOUND, SUPERVISOR_UNAVAILABLE */
export async function journalLines(unit: JournalUnit, lines: number, signal: AbortSignal): Promise<string> {
  const file = resolveProgram('journalctl', { searchPath: process.env.PATH, baseDir: '/' });
  const env = systemdEnvironment(unit.user);
  const { code, stdout, stderr } = await runProgram({
    file,
    args: journalArgs(unit, lines),
    env,
    timeoutMs: limitMs,
    signal,
  });
  if (code === 0) return stdout;
  throw new OpsError(
    'SUPERVISOR_UNAVAILABLE',
    `journalctl gives no lines of ${unit.unit}: ${stderr.trim().slice(0, 200)}`,
    {
      hint: 'A user other than root reads the journal as a member of the group systemd-journal.',
    },
  );
}
