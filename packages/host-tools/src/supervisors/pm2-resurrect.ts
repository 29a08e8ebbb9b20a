import { existsSync } from 'node:fs';
import path from 'node:path';
import { OpsError } from '@yoban/shared/errors';
import { endProcesses } from '../end-processes.ts';
import { pm2DaemonPid } from '../pm2-home.ts';
import { ancestorsOf, environmentOf, isRunning, type ProcStat, processIds, procStat, readProc } from '../proc.ts';
import { type ProgramRun, plainEnvironment, runProgram } from '../run-program.ts';
import { lookAtPm2 } from './pm2-daemon.ts';
import { pm2Command } from './pm2-program.ts';

const systemdRun = '/usr/bin/systemd-run';
const beginMs = 30_000;
/** Node children of a killed daemon end by themselves when they find its channel closed, after 2.8 s at most. */
const termMs = 5_000;

/**
 * Brings the daemon of a pm2 home back with the apps it had saved (`pm2 save`), or those of the ecosystem file where it saved
 * none. Apps that outlived the old daemon are ended first: the new one knows nothing of them and would start a second set.
 * @throws OpsError SUPERVISOR_FAILED, with nothing ended when it cannot be done at all
 */
export async function resurrectPm2(home: string, ecosystem: string | null): Promise<void> {
  const begin = beginArgs(home, ecosystem);
  if (isOurs(procSelf(), home)) {
    throw new OpsError('SUPERVISOR_FAILED', `this process runs under the pm2 in ${home} itself`, {
      hint: 'Whoever started that pm2 has to bring it back (npm start does); or run yoban under systemd.',
      retryable: false,
    });
  }
  const before = await lookAtPm2(home);
  if (before.state !== 'up') await clearAway(home);
  const command = pm2Command(home, ...begin, '--silent');
  let result = await runProgram({ ...bornElsewhere(command), timeoutMs: beginMs });
  // Better born among us than not at all.
  if (result.code !== 0 && pm2DaemonPid(home) === null) result = await runProgram({ ...command, timeoutMs: beginMs });
  const after = await lookAtPm2(home);
  if (result.code === 0 && after.state === 'up') return;
  const said = (result.stderr || result.stdout).trim().split('\n').at(-1) ?? '';
  throw new OpsError('SUPERVISOR_FAILED', `pm2 ${begin.join(' ')} failed: ${said || after.detail}`);
}

/** A resurrection without a dump would bring back an empty pm2 and call it success. */
function beginArgs(home: string, ecosystem: string | null): string[] {
  if (['dump.pm2', 'dump.pm2.bak'].some((name) => existsSync(path.join(home, name)))) return ['resurrect'];
  if (ecosystem !== null) return ['start', ecosystem];
  throw new OpsError('SUPERVISOR_FAILED', `the pm2 in ${home} has saved no list of its apps`, {
    hint: `Start the apps and run once: PM2_HOME=${home} pm2 save; or name supervisor.ecosystem.`,
    retryable: false,
  });
}

/** A daemon that does not answer, and then what it had started: in the other order it would start them again. */
async function clearAway(home: string): Promise<void> {
  const daemon = pm2DaemonPid(home);
  const hung = daemon === null ? null : procStat(daemon);
  if (hung) await endProcesses([hung], 0);
  const left = await endProcesses(orphansOf(home), termMs);
  if (left.length === 0) return;
  throw new OpsError('SUPERVISOR_FAILED', `pid ${left[0]?.pid} of the old pm2 cannot be ended, and would run twice`, {
    hint: `Look at it with: ps -fp ${left[0]?.pid}`,
  });
}

function orphansOf(home: string): ProcStat[] {
  const ours = ancestorsOf(process.pid);
  return processIds()
    .filter((pid) => !ours.includes(pid))
    .flatMap((pid) => {
      const stat = isOurs(environmentOf(pid), home) ? procStat(pid) : null;
      return stat && isRunning(stat) ? [stat] : [];
    });
}

const procSelf = () => environmentOf(process.pid);

/** pm2 gives its apps its home and their number; a shell that only has the home set is none of them. */
const isOurs = (environment: ReadonlyMap<string, string>, home: string): boolean =>
  environment.has('pm_id') && environment.get('PM2_HOME') === home;

/**
 * As a scope of its own where we are a systemd unit: a daemon born among our processes would be ended, with every app, when our
 * unit is stopped.
 */
function bornElsewhere(command: Pick<ProgramRun, 'file' | 'args' | 'env'>): Pick<ProgramRun, 'file' | 'args' | 'env'> {
  const groups = readProc('self/cgroup') ?? '';
  if (!/\.service$/m.test(groups) || !existsSync(systemdRun)) return command;
  // A manager of a user runs in a unit of its own, or names its place by slices of apps.
  const manager = /\/(user@\d+\.service|app\.slice)\//.test(groups) ? ['--user'] : [];
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  return {
    file: systemdRun,
    args: [...manager, '--scope', '--quiet', '--collect', '--', command.file, ...command.args],
    env: { ...plainEnvironment(), ...command.env, ...(runtime && { XDG_RUNTIME_DIR: runtime }) },
  };
}
