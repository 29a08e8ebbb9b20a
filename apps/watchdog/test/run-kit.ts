import path from 'node:path';
import { createPrivateRun, type PrivateRun } from '@yoban/host-tools/testing/private-run';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { type WebApp, writeWebApp } from './guarded-app.ts';
import { createKitAround, type KitAround } from './kit-around.ts';

export interface RunKit extends KitAround {
  run: PrivateRun;
  app: WebApp;
  /** Starts the parent with logs where the watchdog can read them. */
  start(...flags: string[]): Promise<void>;
  /** The process as people see it is up and answers; what was told until then is forgotten. */
  settle(): Promise<void>;
  told(count: number): Promise<unknown>;
}

/** A kit around a real `yoban run` with one web app; `elsewhere` = in a pid namespace of its own. */
export async function createRunKit(
  where: 'here' | 'elsewhere',
  graceMs: number,
  policyOf?: (app: WebApp) => string,
  // A liveness that waits longer than the policy's probes leaves the finding to them.
  timeoutMs = policyOf ? 20_000 : 5_000,
): Promise<RunKit> {
  const temp = makeTempDir();
  const app = await writeWebApp(temp.dir, 'demo');
  const run = createPrivateRun(app.script, where);
  const supervisor = `{kind: command, socket: ${run.socket}}`;
  const kit = await createKitAround(temp.dir, {
    ...{ supervisor, url: app.url, graceMs, timeoutMs },
    ...(policyOf && { policy: policyOf(app) }),
  });
  const { ear } = kit;
  return {
    ...{ ...kit, run, app },
    start: async (...flags) => {
      await run.start('--log-dir', path.join(temp.dir, 'logs'), ...flags);
    },
    settle: async () => {
      await waitFor('the app to be up and answering', () => {
        const answers = ear.last('liveness')?.state === 'up';
        return answers && ear.last('process')?.state === 'up';
      });
      ear.alerts.length = 0;
      ear.incidents.length = 0;
    },
    told: (count) => waitFor(`${count} messages`, () => ear.alerts.length >= count),
    close: async () => {
      await run.stop();
      await kit.close();
      temp.remove();
    },
  };
}
