import { commandLine, processIds, procStat, readProc, residentMb } from '../../proc.ts';

const shown = 150;
const commandMax = 300;

/** The processes with the most memory: number, parent, state, MB, CPU seconds, command. Secrets of command lines are still in it. */
export function processesText(): string {
  const rows = processIds().flatMap((pid) => {
    const stat = procStat(pid);
    const command = stat && commandLine(pid);
    if (!stat || !command) return [];
    const state = /^State:\s+(\S)/m.exec(readProc(`${pid}/status`) ?? '')?.[1] ?? '?';
    const cells = [pid, stat.parentPid, state, residentMb(pid) ?? 0, stat.cpuTicks / 100, command.slice(0, commandMax)];
    return [{ mb: residentMb(pid) ?? 0, line: cells.join('\t') }];
  });
  const lines = rows
    .sort((a, b) => b.mb - a.mb)
    .slice(0, shown)
    .map(({ line }) => line);
  return `pid\tparent\tstate\tMB\tCPU s\tcommand\n${lines.join('\n')}\n${rows.length} processes\n`;
}
