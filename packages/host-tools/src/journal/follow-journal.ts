import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { resolveProgram } from '../resolve-program.ts';
import type { JournalUnit } from '../supervisors/supervisor.ts';
import { systemdEnvironment } from '../supervisors/systemctl.ts';
import { journalArgs } from './journal-lines.ts';

/** Gives the newest lines of a unit's journal, and each new one as it comes, until the signal fires. @throws OpsError PROGRAM_NOT_FOUND */
export async function followJournal(
  unit: JournalUnit,
  lines: number,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const file = resolveProgram('journalctl', { searchPath: process.env.PATH, baseDir: '/' });
  const child = spawn(file, [...journalArgs(unit, lines), '--follow'], {
    ...{ env: systemdEnvironment(unit.user), stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const end = () => void child.kill();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) onLine(line);
  await ended;
  signal.removeEventListener('abort', end);
}
