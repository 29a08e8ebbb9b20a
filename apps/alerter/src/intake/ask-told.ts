import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DirectTelling } from '../core/direct-telling.ts';
import { sendTimeoutMs } from '../delivery/try-sending.ts';
import { isAnySpooled, readSpool } from '../spool/read-spool.ts';
import { toldPath } from './intake-server.ts';

const Answer = z.array(DirectTelling);
/** The alerter at the door waits for a try it has under way. */
const answerLimitMs = sendTimeoutMs + 2_000;
const lookAgainMs = 250;

/** What another alerter, the one that has the door, told of an event past Redis; it will tell no more of it. */
export async function askTold(
  { socket, spoolDir }: { socket: string; spoolDir: string },
  eventId: string,
): Promise<DirectTelling[]> {
  // Most of the time nothing waits there, and nobody need be asked.
  if (!isAnySpooled(spoolDir)) return [];
  try {
    return Answer.parse(JSON.parse(await get(socket, `${toldPath}?id=${encodeURIComponent(eventId)}`)));
  } catch {
    // Nobody is at the door, or not for long any more: what was told stands in the spool.
    return readTold(spoolDir, eventId);
  }
}

async function readTold(spoolDir: string, eventId: string): Promise<DirectTelling[]> {
  for (;;) {
    const told = [...(readSpool(spoolDir).entries.get(eventId)?.told.values() ?? [])];
    const isUnderWay = told.some(({ state, at }) => state === 'trying' && Math.abs(Date.now() - at) < sendTimeoutMs);
    if (!isUnderWay) return told;
    await sleep(lookAgainMs);
  }
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(answerLimitMs);
    const asked = request({ socketPath, path, agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`it answered ${response.statusCode}`));
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
