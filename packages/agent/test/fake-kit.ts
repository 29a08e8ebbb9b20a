import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReportBody } from '../src/report-body.ts';

export type Behaviour = 'accept' | 'hang' | 'accept-but-lose-answer' | number;

/** A kit on loopback that keeps the calls of each (instance, seq) once, as the real one must, and can be told to misbehave. */
export interface FakeKit {
  url: string;
  behaviour: Behaviour;
  /** Everything that came, repeats included. */
  bodies: string[];
  authorizations: (string | undefined)[];
  /** First body of each (instance, seq) that was taken. */
  taken(): ReportBody[];
  /** Resolves as soon as the condition holds after an arrival. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startFakeKit(port = 0): Promise<FakeKit> {
  const taken = new Map<string, ReportBody>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      kit.bodies.push(text);
      kit.authorizations.push(request.headers.authorization);
      const { behaviour } = kit;
      if (behaviour === 'accept' || behaviour === 'accept-but-lose-answer') {
        const body: ReportBody = JSON.parse(text);
        const key = `${body.instance}/${body.seq}`;
        if (!taken.has(key)) taken.set(key, body);
      }
      if (behaviour === 'accept') response.writeHead(202).end();
      else if (behaviour === 'accept-but-lose-answer') request.socket.destroy();
      else if (typeof behaviour === 'number') response.writeHead(behaviour).end('{}');
      for (const wake of waiting) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const kit: FakeKit = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behaviour: 'accept',
    bodies: [],
    authorizations: [],
    taken: () => [...taken.values()],
    until: (condition) =>
      new Promise((resolve) => {
        const check = () => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () => closed(server),
  };
  return kit;
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
