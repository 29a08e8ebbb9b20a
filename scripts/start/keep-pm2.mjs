import { say } from '../bootstrap/talk.mjs';
import { isAlive } from '../process/process-identity.mjs';
import { stopPm2 } from './pm2.mjs';

const lookEveryMs = 2_000;
const stopLimitMs = 10_000;

/**
 * Brings pm2 back when it dies: without it nobody restarts the services. Its orphans are ended first, since the new pm2
 * knows nothing of them and would start a second set. Gives the function that ends the watch.
 */
export function keepPm2(pm2, pm2Home, ecosystem) {
  let daemon = pm2.daemon();
  let ended = false;
  let busy = Promise.resolve();
  const revive = async () => {
    say('pm2 ended unexpectedly; starting it and the services again');
    await stopPm2(pm2, pm2Home, stopLimitMs);
    if (ended) return;
    const started = await pm2.start(ecosystem);
    if (started.code !== 0) say(`pm2 could not start the services: ${started.stderr.trim()}`);
    daemon = pm2.daemon();
  };
  const look = () => {
    if (ended) return;
    if (daemon === undefined || !isAlive(daemon)) busy = revive();
    busy = busy.then(() => {
      timer = setTimeout(look, lookEveryMs);
    });
  };
  let timer = setTimeout(look, lookEveryMs);
  return async () => {
    ended = true;
    clearTimeout(timer);
    await busy;
    clearTimeout(timer);
  };
}
