import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the kernel gives to outgoing connections: nobody takes such a port by chance before its owner listens. */
const [lowest, highest] = [20_000, 32_000];
let next = lowest + ((process.pid * 61) % (highest - lowest));

/** A free loopback port that this run gives nobody else. */
export async function ownPort(): Promise<number> {
  for (let tries = lowest; tries < highest; tries++) {
    next = next + 1 < highest ? next + 1 : lowest;
    const port = next;
    if (await isFree(port)) return port;
  }
  throw new Error('no free port on loopback');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    // Somebody has it: that is the answer.
    return false;
  } finally {
    server.close();
  }
}
