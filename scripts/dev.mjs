import path from 'node:path';
import { projectRoot } from './bootstrap/project.mjs';
import { say } from './bootstrap/talk.mjs';
import { endChildren } from './process/run-child.mjs';
import { openKit } from './start/open-kit.mjs';
import { runUnderPm2 } from './start/run-under-pm2.mjs';
import { listenForStop } from './start/stop-request.mjs';
import { createUndoStack } from './start/undo-stack.mjs';

/**
 * The root's part of `pnpm turbo dev`: the home, Redis, run/kit.json and the guarded app. The services are the `dev` tasks of the
 * apps (dev-service.mjs), which wait for run/kit.json; the dashboard's is vite.
 */
export async function dev(tools) {
  const undo = createUndoStack();
  const stop = listenForStop({ onStop: () => endChildren(), onForce: () => {} });
  try {
    const { kit, installation, pm2, env, withExample } = await openKit(tools, undo, 'dev');
    if (withExample && !stop.isRequested()) {
      const ecosystem = path.join(projectRoot, 'infra', 'pm2', 'ecosystem.dev.config.cjs');
      const urls = [`${kit.appUrl}/healthz`];
      await runUnderPm2({ pm2, pm2Home: installation.pm2Home, ecosystem, urls, undo, stop });
    }
    if (!stop.isRequested()) {
      say(`kit at ${kit.url}, home ${kit.home}, dashboard with reload at the address vite names`);
      if (env.ADMIN_API_KEY_FILE) say(`admin key: in ${env.ADMIN_API_KEY_FILE}`);
    }
    say(`${await stop.requested}: stopping`);
    return 0;
  } finally {
    await undo.run();
  }
}
