import type { KitConfig, ServiceConfig } from '@yoban/shared/config/kit-config';
import { asOpsError } from '@yoban/shared/errors';
import type { ActionAround, ActionOutcome } from '../actions/action.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import { guardService } from './guard-service.ts';
import { processIdentity } from './process-identity.ts';
import { type RestoreDatabaseDeps, type RestoredDatabase, restoreDatabase } from './restore-database.ts';

export interface RestorableDatabase {
  db: KitConfig['config']['databases'][number];
  backupDir: string;
}

export interface RestoreActionOptions extends RestoreDatabaseDeps {
  databases: readonly RestorableDatabase[];
  services: Readonly<Record<string, ServiceConfig>>;
  supervisorOf: (service: string) => Supervisor | null;
}

/**
 * What the action `restore_sqlite` does for the watchdog: the same restore as the command line's, unattended. The stop is not announced
 * as maintenance, since the watchdog is the one who would have to look away from its own repair.
 */
export const createRestoreAction =
  (options: RestoreActionOptions): ActionAround['restore'] =>
  async (name, signal): Promise<ActionOutcome> => {
    const began = performance.now();
    const outcome = (ok: boolean, detail: string): ActionOutcome => ({
      ...{ ok, timedOut: false, exitCode: null, output: '' },
      durationMs: Math.round(performance.now() - began),
      detail,
    });
    const found = options.databases.find(({ db }) => db.name === name);
    if (!found) return outcome(false, `no database ${name} is declared`);
    try {
      const guard = await guardOf(found, options);
      const restored = await restoreDatabase({ ...found, guard }, options, signal);
      return outcome(restored.report.health.state !== 'not-healthy', describe(name, restored));
    } catch (thrown) {
      return outcome(false, asOpsError(thrown).message);
    }
  };

async function guardOf({ db }: RestorableDatabase, { services, supervisorOf, now }: RestoreActionOptions) {
  const config = db.service === null ? undefined : services[db.service];
  const supervisor = db.service === null ? null : supervisorOf(db.service);
  if (db.service === null || !config || !supervisor || supervisor.kind === 'none') return null;
  const options = { name: db.service, config, supervisor, dbPath: db.path, announce: null, now };
  try {
    return guardService(options, await processIdentity(supervisor));
  } catch (thrown) {
    const { code, fields } = asOpsError(thrown);
    // One that is gone runs nothing that could be stopped; the restore itself refuses while anybody has the file open.
    const isGone = supervisor.kind === 'pm2' || fields.reach === 'gone';
    if (code === 'SUPERVISOR_UNAVAILABLE' && isGone) return null;
    throw thrown;
  }
}

function describe(name: string, { report, lossMinutes, passedOver }: RestoredDatabase): string {
  const bad = passedOver.length > 0 ? `, after ${passedOver.length} bad ones` : '';
  const aside = report.aside === null ? '' : `; the old one lies at ${report.aside}`;
  const health = report.health.state === 'not-healthy' ? `; not healthy: ${report.health.detail}` : '';
  return `${name} restored from ${report.from}${bad}, ${lossMinutes} min of writes lost${aside}${health}`;
}
