import path from 'node:path';
import { projectRoot } from './bootstrap/project.mjs';
import { SetupError, say } from './bootstrap/talk.mjs';
import { endChildren } from './process/run-child.mjs';
import { sendSignal } from './process/stop-process.mjs';
import { buildKit } from './start/build-kit.mjs';
import { checkConfig } from './start/check-config.mjs';
import { openKit } from './start/open-kit.mjs';
import { pm2Services } from './start/pm2.mjs';
import { runUnderPm2 } from './start/run-under-pm2.mjs';
import { listenForStop } from './start/stop-request.mjs';
import { createUndoStack } from './start/undo-stack.mjs';

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const print = (line) => process.stdout.write(`${line}\n`);

/** The lines a person needs; scripts wait for the first, so its wording must not move. */
function announce({ kit, env }) {
  print(`yoban ready: ${kit.url}/admin/dashboard`);
  if (env.ADMIN_API_KEY_FILE) print(`admin key: in ${env.ADMIN_API_KEY_FILE}`);
  else print('admin key: as given in ADMIN_API_KEY');
  if (!env.SLACK_WEBHOOK_URL && !env.SLACK_WEBHOOK_URL_FILE) {
    print('Slack is not configured (SLACK_WEBHOOK_URL is unset): alerts are kept and shown on the dashboard only.');
  }
}

function killServices(pm2, pm2Home) {
  say('asked again: ending the services at once');
  for (const { pid } of [...pm2Services(pm2Home), pm2.daemon()].filter(Boolean)) sendSignal(pid, 'SIGKILL');
}

const option = (args, name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

/**
 * `npm start`: the whole kit, until a signal. `--ecosystem FILE` runs another pm2 file instead of the kit's (nothing is built then).
 * Gives the exit code: 0 after a stop that was asked for once the kit was up.
 */
export async function start(tools, args) {
  const undo = createUndoStack();
  let opened;
  const stop = listenForStop({
    onStop: () => endChildren(), // a build under way is of no use to anybody now
    onForce: () => opened && killServices(opened.pm2, opened.installation.pm2Home),
  });
  try {
    opened = await openKit(tools, undo, 'start');
    const { kit, installation, pm2, env, withExample } = opened;
    const other = option(args, '--ecosystem');
    if (other === undefined && !stop.isRequested()) await buildKit(tools);
    if (other === undefined && !stop.isRequested()) await checkConfig(tools, env);
    if (stop.isRequested()) return 128 + signalNumbers[await stop.requested];
    const up = await runUnderPm2({
      pm2,
      pm2Home: installation.pm2Home,
      ecosystem: other ?? path.join(projectRoot, 'infra', 'pm2', 'ecosystem.config.cjs'),
      urls: [`${kit.url}/readyz`, ...(withExample ? [`${kit.appUrl}/healthz`] : [])],
      undo,
      stop,
    });
    if (up) announce(opened);
    const signal = await stop.requested;
    say(`${signal}: stopping`);
    return up ? 0 : 128 + signalNumbers[signal];
  } catch (error) {
    if (!stop.isRequested() || !(error instanceof SetupError)) throw error;
    return 128 + signalNumbers[await stop.requested];
  } finally {
    await undo.run();
    if (stop.isRequested()) say('stopped');
  }
}
