import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  detailOf,
  eventLine,
  type FakeContainer,
  type FakeContainerOptions,
  fakeEngineSecret,
  hasLabels,
  never,
  rowOf,
  stamp,
  statsOf,
} from './fake-containers.ts';
import { createFakeScript, type Fake, type FakeOptions, type FakeStep } from './fake-script.ts';

export interface EngineRequest {
  method: string;
  /** As it came over the wire. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

export interface FakeEngine extends Fake<EngineRequest> {
  socketPath: string;
  /** Makes a running container. */
  add(options: FakeContainerOptions): FakeContainer;
  remove(container: FakeContainer): void;
  /** Its process ends by itself; the engine then does what the restart policy says. */
  crash(container: FakeContainer, exitCode?: number): void;
  /** Shows containers and events whatever filters it was asked with. */
  ignoreFilters: boolean;
  /** How many streams of events are open. */
  readonly streams: number;
  /** Ends them. */
  cutStreams(): void;
}

const json = { 'content-type': 'application/json', 'api-version': '1.45' };

/** The Docker Engine API at a unix socket, as far as the kit asks. */
export async function startFakeEngine(socketPath: string, options: FakeOptions = {}): Promise<FakeEngine> {
  const script = createFakeScript(options.script);
  const log: EngineRequest[] = [];
  const state = createState();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const answer = async () => {
      const { method = '', url: path = '', headers } = request;
      log.push({ method, path, headers, body: await readBody(request) });
      play(script.take(), response, () => state.answer(method, path, response));
    };
    answer().catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    if (script.isOut()) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return Object.assign(state.engine, {
    url: `unix://${socketPath}`,
    socketPath,
    requests: () => log,
    script: (steps: readonly FakeStep[]) => {
      script.set(steps);
      if (script.isOut()) for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function play(step: FakeStep, response: ServerResponse, answer: () => void): void {
  if (step.do === 'ok') return void setTimeout(answer, step.delayMs ?? 0);
  if (step.do === 'hang') return;
  if (step.do !== 'reply') return void response.destroy();
  response.writeHead(step.status, step.headers ?? json).end(step.body ?? '');
}

interface Stream {
  response: ServerResponse;
  filters: Filters;
}
type Filters = Partial<Record<'label' | 'type' | 'event', string[]>>;

function createState() {
  const containers: FakeContainer[] = [];
  const streams = new Set<Stream>();
  let made = 0;
  const tell = (container: FakeContainer, action: string) => {
    for (const { response, filters } of streams) {
      const asked = !filters.event || filters.event.includes(action);
      if (engine.ignoreFilters || (asked && hasLabels(container, filters.label)))
        response.write(eventLine(container, action));
    }
  };
  const begin = (container: FakeContainer) => {
    made += 1;
    Object.assign(container, {
      status: 'running',
      pid: 4_000 + made,
      startedAt: stamp(made),
      oomKilled: false,
      cpuNs: 0,
    });
    tell(container, 'start');
    if (container.broken) engine.crash(container, 1);
  };
  const end = (container: FakeContainer, exitCode: number) => {
    Object.assign(container, { status: 'exited', pid: 0, exitCode });
    tell(container, 'die');
  };
  const act: Record<string, (container: FakeContainer) => number> = {
    start: (container) => {
      if (container.status === 'running' || container.status === 'restarting') return 304;
      container.restarts = 0;
      begin(container);
      return 204;
    },
    stop: (container) => {
      if (container.status === 'exited' || container.status === 'created') return 304;
      end(container, 143);
      tell(container, 'stop');
      return 204;
    },
    restart: (container) => {
      if (container.status !== 'exited') end(container, 143);
      container.restarts = 0;
      begin(container);
      tell(container, 'restart');
      return 204;
    },
  };
  const engine = {
    ignoreFilters: false as boolean,
    get streams() {
      return streams.size;
    },
    cutStreams: () => {
      for (const { response } of streams) response.destroy();
    },
    add: (options: FakeContainerOptions): FakeContainer => {
      made += 1;
      const id = made.toString(16).padStart(64, '0');
      const fresh = { ...options, id, pid: 0, restarts: 0, exitCode: 0, oomKilled: false, startedAt: never, cpuNs: 0 };
      const container: FakeContainer = { ...fresh, status: 'created', usedBytes: 50 * 1_048_576 };
      containers.push(container);
      tell(container, 'create');
      begin(container);
      return container;
    },
    remove: (container: FakeContainer) => {
      if (container.status === 'running') end(container, 137);
      containers.splice(containers.indexOf(container), 1);
      tell(container, 'destroy');
    },
    crash: (container: FakeContainer, exitCode = 1) => {
      end(container, exitCode);
      const { name = 'no', tries = 0 } = container.policy ?? {};
      const again =
        name === 'on-failure' ? exitCode !== 0 && (tries === 0 || container.restarts < tries) : name !== 'no';
      if (!again) return;
      container.restarts += 1;
      begin(container);
    },
  };
  const answer = (method: string, target: string, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(target, 'http://docker');
    const filters = JSON.parse(searchParams.get('filters') ?? '{}') as Filters;
    const path = pathname.replace(/^\/v1\.\d+/, '');
    const [, , ref = '', what = ''] = path.split('/');
    const send = (status: number, body?: unknown) => response.writeHead(status, json).end(body && JSON.stringify(body));
    if (path === '/_ping') return void response.writeHead(200, json).end('OK');
    if (path === '/version')
      return void send(200, { Version: '26.1', ApiVersion: '1.45', KernelVersion: fakeEngineSecret });
    if (path === '/events') return openStream({ response, filters });
    if (path === '/containers/json') {
      const shown = containers.filter((one) => searchParams.get('all') === '1' || one.status === 'running');
      return void send(200, shown.filter((one) => engine.ignoreFilters || hasLabels(one, filters.label)).map(rowOf));
    }
    const container = containers.find(({ id, name }) => id.startsWith(ref) || name === ref);
    if (!container) return void send(404, { message: `No such container: ${ref}` });
    if (method === 'GET') return void send(200, what === 'stats' ? statsOf(container) : detailOf(container));
    return void send(act[what]?.(container) ?? 404);
  };
  const openStream = (stream: Stream) => {
    stream.response.writeHead(200, json);
    stream.response.flushHeaders();
    streams.add(stream);
    stream.response.on('close', () => streams.delete(stream));
  };
  return { engine, answer };
}
