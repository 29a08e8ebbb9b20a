import { SetupError } from '../bootstrap/talk.mjs';
import { waitUntil } from '../process/wait-until.mjs';
import { keepPm2 } from './keep-pm2.mjs';
import { stopPm2 } from './pm2.mjs';
import { waitReady } from './wait-ready.mjs';

const stopLimitMs = 10_500;
const daemonLimitMs = 3_000;

/**
 * Starts an ecosystem file under the private pm2 and waits until all of it is up. True = up; false = a stop was asked for.
 * @throws SetupError telling what is not up and why.
 */
export async function runUnderPm2({ pm2, pm2Home, ecosystem, urls, undo, stop }) {
  let started;
  const starting = pm2.start(ecosystem).then((result) => {
    started = result;
  });
  undo.push('pm2', async () => {
    // Stopped within the first moments: the daemon is on its way and would come up behind our back.
    await waitUntil(() => started !== undefined || pm2.daemon() !== undefined, daemonLimitMs);
    await stopPm2(pm2, pm2Home, stopLimitMs);
  });
  const list = async () => {
    // pm2 leaves out an app whose script is missing, says so, and goes on with the others.
    if (started !== undefined && started.code !== 0) {
      const said = `${started.stdout}\n${started.stderr}`.split('\n').filter((line) => line.includes('[ERROR]'));
      throw new SetupError(['pm2 could not start everything:', ...new Set(said)].join('\n'));
    }
    return pm2.daemon() === undefined ? [] : pm2.list();
  };
  await waitReady({ list, urls, isStopping: stop.isRequested });
  if (stop.isRequested()) return false;
  await starting;
  undo.push('watch over pm2', keepPm2(pm2, pm2Home, ecosystem));
  return true;
}
