import type { RunningProcess, Supervisor } from '../supervisors/supervisor.ts';

/** As far as the supervisor tells it. */
export type ProcessIdentity = { [Field in keyof RunningProcess]: RunningProcess[Field] | null } & { pid: number };

/** The process that runs now; null when none does. @throws OpsError SUPERVISOR_UNAVAILABLE */
export async function processIdentity(supervisor: Supervisor): Promise<ProcessIdentity | null> {
  const cheap = supervisor.processNow();
  if (cheap !== undefined) return cheap;
  const { pid, startTicks, startedAt } = await supervisor.describe();
  return pid === null ? null : { pid, startTicks, startedAt };
}

/** By when it started too: in a container that was started again, the new process often has the number of the old one. */
export const isSameProcess = (one: ProcessIdentity, other: ProcessIdentity | null): boolean =>
  one.pid === other?.pid && one.startTicks === other.startTicks && one.startedAt === other.startedAt;
