import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the kernel gives to outgoing connections: nobody takes such a port by chance before its owner listens. */
const lowest = 10_000;
const highest = 32_000;
const tries = 200;

/** A port of loopback that nobody has now, the first of `count` free neighbours; for programs that cannot choose one themselves. */
export async function freePort(count = 1): Promise<number> {
  for (let done = 0; done < tries; done++) {
    const port = randomInt(lowest, highest - count);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(port + index)));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no free port on loopback');
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
