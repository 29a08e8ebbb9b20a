import { createHash, randomBytes } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fake, FakeOptions } from './fake-script.ts';
import { type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface ObsState {
  streaming: boolean;
  droppedFrames: number;
  totalFrames: number;
}

export interface FakeObsOptions extends FakeOptions {
  /** With a password the client must answer the challenge of Hello. */
  password?: string;
}

export interface FakeObs extends Fake<LoggedRequest> {
  /** What the requests answer; change it as the test goes. */
  state: ObsState;
  /** Requests in the order they came, e.g. `GetStreamStatus`. */
  calls(): readonly { requestType: string; requestData: unknown }[];
}

interface Incoming {
  op?: number;
  d?: { authentication?: string; requestType?: string; requestId?: string; requestData?: unknown };
}

const sha = (text: string): string => createHash('sha256').update(text).digest('base64');

/** obs-websocket 5, as far as the kit asks: Hello, Identify with or without a password, stream status, stats, refresh. */
export async function startFakeObs(options: FakeObsOptions = {}): Promise<FakeObs> {
  const state: ObsState = { streaming: true, droppedFrames: 0, totalFrames: 1_000 };
  const calls: { requestType: string; requestData: unknown }[] = [];
  const protocol = new WebSocketServer({ noServer: true });
  const server = await startLoopbackHttp({
    ...options,
    answer: () => ({ status: 426, body: 'WebSocket only' }),
    onUpgrade: (request, socket, head, step) => {
      protocol.handleUpgrade(request, socket, head, (client) => {
        if (step.do === 'reset-after-accept') return client.terminate();
        talk(client, options.password ?? null, (requestType, requestData) => {
          calls.push({ requestType, requestData });
          return answerOf(requestType, state);
        });
      });
    },
  });
  return {
    ...server,
    url: server.url.replace('http:', 'ws:'),
    state,
    calls: () => calls,
    stop: async () => {
      for (const client of protocol.clients) client.terminate();
      await server.stop();
    },
  };
}

type Ask = (requestType: string, requestData: unknown) => Record<string, unknown> | null;

function talk(client: WebSocket, password: string | null, ask: Ask): void {
  const challenge = randomBytes(16).toString('base64');
  const salt = randomBytes(16).toString('base64');
  const expected = password === null ? null : sha(sha(password + salt) + challenge);
  const send = (op: number, d: object) => client.send(JSON.stringify({ op, d }));
  send(0, {
    obsWebSocketVersion: '5.5.0',
    rpcVersion: 1,
    ...(expected && { authentication: { challenge, salt } }),
  });
  client.on('message', (data) => {
    const message = JSON.parse(String(data)) as Incoming;
    if (message.op === 1) {
      if (expected && message.d?.authentication !== expected) return client.close(4009, 'Authentication failed.');
      return send(2, { negotiatedRpcVersion: 1 });
    }
    if (message.op !== 6) return client.close(4006, 'Unknown op');
    const { requestType = '', requestId = '', requestData = null } = message.d ?? {};
    const responseData = ask(requestType, requestData);
    const requestStatus = responseData ? { result: true, code: 100 } : { result: false, code: 204 };
    send(7, { requestType, requestId, requestStatus, ...(responseData && { responseData }) });
  });
}

function answerOf(requestType: string, state: ObsState): Record<string, unknown> | null {
  const frames = { outputSkippedFrames: state.droppedFrames, outputTotalFrames: state.totalFrames };
  if (requestType === 'GetVersion') return { obsVersion: '31.0.0', obsWebSocketVersion: '5.5.0', rpcVersion: 1 };
  if (requestType === 'GetStreamStatus') return { outputActive: state.streaming, outputReconnecting: false, ...frames };
  if (requestType === 'GetStats') return { activeFps: 60, cpuUsage: 5, renderSkippedFrames: 0, ...frames };
  if (requestType === 'PressInputPropertiesButton') return {};
  return null;
}
