import { pm2DaemonPid } from '@yoban/host-tools/pm2-home';
import { createPrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { createPrivateRun } from '@yoban/host-tools/testing/private-run';

export type PlaceKind = 'command' | 'pm2';

/** Where a guarded app runs: a real supervisor of this run's own. */
export interface Place {
  kind: PlaceKind;
  /** `supervisor:` of the service in yoban.yml. */
  supervisor: object;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The supervisor's own process. */
  daemonPid(): number | null;
}

/** Nothing runs yet. `script` is started as `node <script>`; its path stands in no other process's command line. */
export function createPlace(kind: PlaceKind, script: string, logDir: string): Place {
  return kind === 'command' ? underRun(script, logDir) : underPm2(script, logDir);
}

function underRun(script: string, logDir: string): Place {
  const run = createPrivateRun(script);
  return {
    kind: 'command',
    supervisor: { kind: 'command', socket: run.socket },
    start: async () => void (await run.start('--log-dir', logDir)),
    stop: run.stop,
    daemonPid: run.parentPid,
  };
}

/** With the values of the ecosystem file that comes with the kit. */
function underPm2(script: string, logDir: string): Place {
  const pm2 = createPrivatePm2();
  return {
    kind: 'pm2',
    supervisor: { kind: 'pm2', name: 'demo', home: pm2.home },
    start: () =>
      pm2.startApp({
        ...{ name: 'demo', script, exec_mode: 'fork', merge_logs: true },
        ...{ exp_backoff_restart_delay: 100, max_restarts: 10, min_uptime: '60s' },
        error_file: `${logDir}/pm2-error.log`,
        out_file: `${logDir}/pm2-out.log`,
      }),
    stop: pm2.stop,
    daemonPid: () => pm2DaemonPid(pm2.home),
  };
}
