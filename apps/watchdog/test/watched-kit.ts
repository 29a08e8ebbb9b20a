import { createPrivatePm2, type PrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createGuardedApp, type GuardedApp } from './guarded-app.ts';
import { createKitAround, type KitAround } from './kit-around.ts';

export interface WatchedKit extends KitAround {
  pm2: PrivatePm2;
  app: GuardedApp;
}

/** A kit around a real pm2 with one app. */
export async function createWatchedKit(options: { graceMs: number; timeoutMs: number }): Promise<WatchedKit> {
  const temp = makeTempDir();
  const pm2 = createPrivatePm2();
  const app = await createGuardedApp(pm2, temp.dir, 'demo');
  const supervisor = `{kind: pm2, name: demo, home: ${pm2.home}}`;
  const kit = await createKitAround(temp.dir, { supervisor, url: app.url, ...options });
  return {
    ...{ ...kit, pm2, app },
    close: async () => {
      await pm2.stop();
      await kit.close();
      temp.remove();
    },
  };
}
