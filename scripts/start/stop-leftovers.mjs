import { say } from '../bootstrap/talk.mjs';
import { readLock } from '../process/pid-lock.mjs';
import { isAlive } from '../process/process-identity.mjs';
import { stopProcess } from '../process/stop-process.mjs';
import { pm2Services, stopPm2 } from './pm2.mjs';

const stopLimitMs = 10_500;

/**
 * Ends what a launcher that was killed left of this home: its pm2, the services, Redis. By pid files, and only processes
 * that prove to be the ones named (start time; the pm2 home in their environment).
 */
export async function stopLeftovers(installation, pm2) {
  const redis = readLock(installation.redisPidFile);
  const services = pm2Services(installation.pm2Home);
  const redisLives = redis !== undefined && isAlive(redis);
  if (pm2.daemon() === undefined && services.length === 0 && !redisLives) return;
  say('an earlier start of this home ended without stopping its services; stopping them now');
  await stopPm2(pm2, installation.pm2Home, stopLimitMs);
  if (redisLives) await stopProcess(redis, stopLimitMs);
}
