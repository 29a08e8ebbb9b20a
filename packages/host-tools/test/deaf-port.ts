import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';

const server = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

export interface DeafPort {
  port: number;
  end(): void;
}

/** A port whose owner stands still with its queue full: a connection to it neither comes about nor is refused. */
export async function openDeafPort(): Promise<DeafPort> {
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(line);
  child.kill('SIGSTOP');
  const held: net.Socket[] = [];
  while (await takes(port, held));
  return {
    port,
    end: () => {
      for (const socket of held) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}

/** Whether one more connection comes about; what does not within a moment stays under way. */
async function takes(port: number, held: net.Socket[]): Promise<boolean> {
  const socket = net.connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  held.push(socket);
  return Promise.race([
    once(socket, 'connect').then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
  ]);
}
