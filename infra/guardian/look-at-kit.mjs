import { lstatSync } from 'node:fs';
import path from 'node:path';
import { askRedis } from './ask-redis.mjs';

/** Services without a port beat by a file; it is fresh while their event loop turns. */
const beating = ['alerter', 'backup-worker', 'watchdog'];
const maxAgeMs = 15_000;
const answerLimitMs = 5_000;

/**
 * What is gone of the kit, by its name: `{watchdog: {kind: 'old', ageS: 40}, redis: {kind: 'silent', why: 'ECONNREFUSED'}}`. Empty:
 * all of it lives. `now` is epoch ms.
 */
export async function lookAtKit({ home, apiUrl, redisUrl }, now) {
  const [api, redis] = await Promise.all([
    askApi(apiUrl),
    redisUrl === null ? 'REDIS_URL is not known' : askRedis(redisUrl, answerLimitMs),
  ]);
  const gone = {};
  for (const name of beating) {
    const ageMs = beatAge(path.join(home, 'run', `${name}.heartbeat`), now());
    if (ageMs === null) gone[name] = { kind: 'never' };
    else if (ageMs > maxAgeMs) gone[name] = { kind: 'old', ageS: Math.round(ageMs / 1000) };
  }
  if (api !== null) gone['health-api'] = { kind: 'silent', why: api };
  if (redis !== null) gone.redis = { kind: 'silent', why: redis };
  return gone;
}

function beatAge(file, now) {
  try {
    return now - lstatSync(file).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
}

async function askApi(apiUrl) {
  try {
    const answer = await fetch(`${apiUrl}/livez`, { signal: AbortSignal.timeout(answerLimitMs), redirect: 'error' });
    return answer.status === 200 ? null : `HTTP ${answer.status}`;
  } catch (error) {
    return error.cause?.code ?? error.name;
  }
}
