import path from 'node:path';
import axon from 'pm2-axon';
import { pm2DaemonPid } from '../pm2-home.ts';
import { readProc } from '../proc.ts';
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
  const answers = await ping(path.join(home, 'rpc.sock'));
  if (answers) return { state: 'up', detail: `pid ${pid} answers` };
  return { state: 'hung', detail: `the pm2 in ${home} (pid ${pid}) does not answer within ${answerMs / 1_000} s` };
}

const isStopped = (pid: number): boolean => /^State:\s+[Tt]/m.test(readProc(`${pid}/status`) ?? '');

/** Asks for the list of pm2's own calls, the cheapest thing that it answers. */
function ping(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = axon.socket('req');
    socket.set('retry timeout', 0);
    const end = (answers: boolean) => {
      clearTimeout(timer);
      resolve(answers);
      socket.close();
    };
    const timer = setTimeout(() => end(false), answerMs);
    // 'close' follows every error; without a listener an error would end this process.
    socket.on('error', () => undefined);
    socket.once('close', () => end(false));
    socket.connect(socketPath);
    socket.send({ type: 'methods' }, () => end(true));
  });
}
