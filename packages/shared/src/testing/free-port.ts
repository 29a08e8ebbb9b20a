import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the kernel gives to outgoing connections: nobody takes such a port by chance before its owner listens. */
const lowest = 10_000;
/** A port is free until its owner listens. So each worker of a test run has a range of its own, and whatever else runs has the first. */
const ranges = 8;
const rangeSize = 2_750;
const tries = 200;

const first = lowest + (Number(process.env.VITEST_POOL_ID ?? 0) % ranges) * rangeSize;
/** In turn, so that this process gives none twice; from anywhere, since a test run beside this one has the same ranges. */
let next = first + randomInt(rangeSize);

/** A port of loopback that nobody has now, the first of `count` free neighbours; for programs that cannot choose one themselves. */
export async function freePort(count = 1): Promise<number> {
  for (let done = 0; done < tries; done++) {
    const port = take(count);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(port + index)));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no free port on loopback');
}

function take(count: number): number {
  if (next + count > first + rangeSize) next = first;
  next += count;
  return next - count;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    // Somebody has it: that is the answer.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
