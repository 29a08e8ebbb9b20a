import { hasVariable, listProcesses, type ProcessFacts } from './proc.ts';

/** How the processes of one app are told from all others. */
export interface AppTrace {
  /** The session that its first process leads; null where that number may be somebody else's by now. */
  session: number | null;
  /** The variable that every process of the app inherits, `NAME=value`: it finds those that made a session of their own. */
  mark: string;
  /** Nothing that started before this is of the app, ticks. */
  sinceTicks: number;
}

/** Every process of the app that runs now. Never this one or one it descends from: an app may give somebody a shell. */
export function findLeftovers({ session, mark, sinceTicks }: AppTrace): ProcessFacts[] {
  const all = listProcesses();
  const ours = ancestry(all);
  return all.filter(
    (one) =>
      one.startTicks >= sinceTicks && !ours.has(one.pid) && (one.session === session || hasVariable(one.pid, mark)),
  );
}

function ancestry(all: readonly ProcessFacts[]): Set<number> {
  const parents = new Map(all.map(({ pid, parentPid }) => [pid, parentPid]));
  const line = new Set<number>();
  for (let pid: number | undefined = process.pid; pid && !line.has(pid); pid = parents.get(pid)) line.add(pid);
  return line;
}
