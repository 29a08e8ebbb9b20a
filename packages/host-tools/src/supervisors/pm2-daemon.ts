import { pm2DaemonPid } from '../pm2-home.ts';
import { readProc } from '../proc.ts';
import { askPm2 } from './ask-pm2.ts';
import type { DaemonLook } from './supervisor.ts';

const answerMs = 3_000;

/**
 * How the daemon of a pm2 home does, without the pm2 program, which would start one. A stopped one still takes connections, so it
 * is asked for an answer.
 */
export async function lookAtPm2(home: string): Promise<DaemonLook> {
  const pid = pm2DaemonPid(home);
  if (pid === null) return { state: 'down', detail: `no pm2 runs in ${home}` };
  if (isStopped(pid)) return { state: 'hung', detail: `the pm2 in ${home} (pid ${pid}) is stopped` };
  // The list of its own calls is the cheapest thing that it answers.
  if (await askPm2(home, { type: 'methods' }, answerMs)) return { state: 'up', detail: `pid ${pid} answers` };
  return { state: 'hung', detail: `the pm2 in ${home} (pid ${pid}) does not answer within ${answerMs / 1_000} s` };
}

const isStopped = (pid: number): boolean => /^State:\s+[Tt]/m.test(readProc(`${pid}/status`) ?? '');
