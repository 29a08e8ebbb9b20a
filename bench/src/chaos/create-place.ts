import path from 'node:path';
import { pm2DaemonPid } from '@yoban/host-tools/pm2-home';
import { createPrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { createPrivateRun } from '@yoban/host-tools/testing/private-run';
import { startPrivateSystemd } from '@yoban/host-tools/testing/private-systemd';
import type { Place, PlaceKind } from './place.ts';
import { underCompose } from './under-compose.ts';

/** Nothing runs yet but the supervisor. `script` is started as `node <script>`; its path stands in no other command line. */
export async function createPlace(kind: PlaceKind, script: string, logDir: string): Promise<Place> {
  switch (kind) {
    case 'command':
      return underRun(script, logDir);
    case 'pm2':
      return underPm2(script, logDir);
    case 'systemd-user':
      return underSystemd(script);
    case 'compose':
      return underCompose(script);
    default:
      return kind satisfies never;
  }
}

function underRun(script: string, logDir: string): Place {
  const run = createPrivateRun(script);
  return {
    ...{ kind: 'command', env: {} },
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
    ...{ kind: 'pm2', env: {} },
    supervisor: { kind: 'pm2', name: 'demo', home: pm2.home },
    start: async () => {
      await pm2.startApp({
        ...{ name: 'demo', script, exec_mode: 'fork', merge_logs: true },
        ...{ exp_backoff_restart_delay: 100, max_restarts: 10, min_uptime: '60s' },
        error_file: `${logDir}/pm2-error.log`,
        out_file: `${logDir}/pm2-out.log`,
      });
      // What a daemon that comes back starts is what was saved.
      await pm2.run('save', '--silent');
    },
    stop: pm2.stop,
    daemonPid: () => pm2DaemonPid(pm2.home),
  };
}

/** A systemd of this run's own, in the form that a user's services have. */
async function underSystemd(script: string): Promise<Place> {
  const systemd = await startPrivateSystemd();
  // Managers that one process started share its control group: a unit of the same name would be in the same place there.
  const unit = `${path.basename(path.dirname(script))}.service`;
  const lines = [
    '[Unit]',
    'StartLimitIntervalSec=60',
    'StartLimitBurst=10',
    '[Service]',
    `ExecStart=${process.execPath} ${script}`,
  ];
  await systemd.writeUnit(
    unit,
    [...lines, 'Restart=on-failure', 'RestartSec=100ms', 'TimeoutStopSec=5', ''].join('\n'),
  );
  const env = { XDG_RUNTIME_DIR: systemd.runtimeDir };
  return {
    ...{ kind: 'systemd-user', env, supervisor: { kind: 'systemd-user', unit } },
    start: () => systemd.startUnit(unit),
    stop: systemd.stop,
    daemonPid: systemd.pid,
  };
}
