import { fileURLToPath } from 'node:url';
import { OpsError } from '@yoban/shared/errors';
import { pm2DaemonPid } from '../pm2-home.ts';
import { type ProgramResult, plainEnvironment, runProgram } from '../run-program.ts';
import { askPm2 } from './ask-pm2.ts';
import { type Pm2App, pm2AppsOf } from './pm2-apps.ts';

/** pm2 is a program that we run, never a library: its licence, and its API starts a daemon. Same place for src and dist. */
const program = fileURLToPath(new URL('../../../../node_modules/pm2/bin/pm2', import.meta.url));
const askTimeoutMs = 5_000;
/** What `pm2 jlist` asks. */
const listQuestion = { type: 'call', method: 'getMonitorData', args: [{}] };
/** Above pm2's longest kill_timeout in use, so that a slow stop is waited for and not called a failure. */
const actTimeoutMs = 45_000;

export interface Pm2Program {
  /** The app as pm2 lists it now. Throws OpsError SUPERVISOR_UNAVAILABLE when pm2 is away, hangs or does not know it. */
  find(): Promise<Pm2App>;
  /** One command of pm2, to its end. Throws OpsError SUPERVISOR_UNAVAILABLE or SUPERVISOR_FAILED. */
  act(...args: string[]): Promise<void>;
}

/** pm2's command line for the app `name`; `home` is asked each time, since a kit may move it with a restart. */
export function createPm2Program(name: string, home: () => string): Pm2Program {
  return {
    find: async () => {
      refuseWithoutDaemon(home());
      const answer = await askPm2(home(), listQuestion, askTimeoutMs);
      if (!answer) throw new OpsError('SUPERVISOR_UNAVAILABLE', `pm2 in ${home()} does not answer`);
      const app = pm2AppsOf(answer).find((candidate) => candidate.name === name);
      if (app) return app;
      throw new OpsError('SUPERVISOR_UNAVAILABLE', `pm2 in ${home()} knows no app named ${name}`, {
        hint: `Start it once with pm2 under the name ${name}, or mend supervisor.name.`,
        retryable: false,
      });
    },
    act: async (...args) => {
      const result = await run(home(), actTimeoutMs, ...args, '--silent');
      if (result.code === 0) return;
      const said = (result.stderr || result.stdout).trim().split('\n').at(-1) ?? '';
      const how = result.timedOut ? `did not end within ${actTimeoutMs / 1_000} s` : `failed: ${said}`;
      throw new OpsError('SUPERVISOR_FAILED', `pm2 ${args.join(' ')} ${how}`);
    },
  };
}

/** What the pm2 program of a home is started with, and nothing of our own environment beside it. */
export const pm2Command = (home: string, ...args: string[]) => ({
  file: process.execPath,
  args: [program, ...args],
  env: { ...plainEnvironment(), PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: '1' },
});

/** Without its daemon pm2 would start one, which nobody would stop again. */
function refuseWithoutDaemon(home: string): void {
  if (pm2DaemonPid(home) !== null) return;
  throw new OpsError('SUPERVISOR_UNAVAILABLE', `no pm2 runs in ${home}`, {
    hint: 'Start the kit (npm start), or set services.<name>.supervisor.home to the PM2_HOME of the running pm2.',
    fields: { home },
  });
}

async function run(home: string, timeoutMs: number, ...args: string[]): Promise<ProgramResult> {
  refuseWithoutDaemon(home);
  return runProgram({ ...pm2Command(home, ...args), timeoutMs });
}
