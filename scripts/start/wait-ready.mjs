import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../bootstrap/talk.mjs';
import { lastWords } from './last-words.mjs';

const startLimitMs = 60_000;
const lookEveryMs = 200;
const listEveryMs = 2_000;
/** A service that ended this often while starting will not come up by waiting. */
const hopelessRestarts = 3;

/** HTTP status of a GET, undefined when nobody answers in time. */
function statusOf(url, limitMs = 2_000) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: limitMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

const isDown = (service) => service.status !== 'online';
const isHopeless = (service) => service.restarts >= hopelessRestarts || service.status === 'errored';

/** The message for services that did not come up: each by name, with what it said last. */
function describeFailure(services, unreachable) {
  const down = services.filter((service) => isDown(service) || service.restarts > 0);
  const parts = down.map(({ name, status, restarts, logFile }) => {
    const said = lastWords(logFile).map((line) => `    ${line}`);
    return [`  ${name}: ${status}, started ${restarts + 1} time(s); its log (${logFile}) says:`, ...said].join('\n');
  });
  const silent = unreachable.map((url) => `  ${url} does not answer with 200`);
  return ['The kit did not come up:', ...parts, ...(parts.length === 0 ? silent : [])].join('\n');
}

/**
 * Waits until every address answers 200 and pm2 calls every service online.
 * @throws SetupError naming what is not up, with its last log lines; at once when a service keeps ending.
 */
export async function waitReady({ list, urls, isStopping }) {
  const deadline = Date.now() + startLimitMs;
  let waiting = urls;
  let listedAt = 0;
  for (let services = []; !isStopping(); await sleep(lookEveryMs)) {
    const answers = await Promise.all(waiting.map(statusOf));
    waiting = waiting.filter((_, index) => answers[index] !== 200);
    const due = Date.now() - listedAt > listEveryMs;
    if (waiting.length === 0 || due) {
      services = await list();
      listedAt = Date.now();
    }
    if (waiting.length === 0 && services.length > 0 && !services.some(isDown)) return;
    if (services.some(isHopeless) || Date.now() > deadline) throw new SetupError(describeFailure(services, waiting));
  }
}
