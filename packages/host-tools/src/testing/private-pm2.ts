import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pm2DaemonPid } from '../pm2-home.ts';
import { procStat } from '../proc.ts';
import { type ProgramResult, plainEnvironment, runProgram } from '../run-program.ts';

const program = fileURLToPath(new URL('../../../../node_modules/pm2/bin/pm2', import.meta.url));

export interface PrivatePm2 {
  home: string;
  /** Runs the pm2 program in this home, as an operator would. */
  run(...args: string[]): Promise<ProgramResult>;
  /** Starts one app; `app` is what stands in an ecosystem file. */
  startApp(app: Record<string, unknown>): Promise<void>;
  /** Ends the daemon and all it runs, and removes the folder. */
  stop(): Promise<void>;
}

/** A real pm2 of a test's own, with a short home of its own. */
export function createPrivatePm2(): PrivatePm2 {
  const home = mkdtempSync(path.join(tmpdir(), 'yp-'));
  const env = { ...plainEnvironment(), PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: '1' };
  const run = (...args: string[]) =>
    runProgram({ file: process.execPath, args: [program, ...args], env, timeoutMs: 30_000 });
  return {
    home,
    run,
    startApp: async (app) => {
      const file = path.join(home, 'apps.config.cjs');
      writeFileSync(file, `module.exports = ${JSON.stringify({ apps: [{ interpreter: process.execPath, ...app }] })}`);
      const started = await run('start', file, '--silent');
      if (started.code !== 0) throw new Error(`pm2 start failed: ${started.stderr}`);
    },
    stop: async () => {
      const daemon = pm2DaemonPid(home);
      if (daemon !== null) await run('kill', '--silent');
      if (daemon !== null && procStat(daemon)) process.kill(daemon, 'SIGKILL');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
