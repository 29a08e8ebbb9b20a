import { createHash, randomBytes } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fake, FakeOptions } from './fake-script.ts';
import { fieldOf, jsonBody } from './json-body.ts';
import { type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface ObsState {
  streaming: boolean;
  /** It lost the streaming server: still active, no frame goes out. */
  reconnecting: boolean;
  droppedFrames: number;
  /** Of the whole stream; a stream that is on the air adds `fps` each second. */
  totalFrames: number;
  fps: number;
  /** In the middle of a change of scenes: every request is answered 207. */
  busy: boolean;
  /** Takes requests and never answers, as a stopped process does. */
  mute: boolean;
  /** Browser sources by name, with how often each was refreshed without cache. */
  browserSources: Map<string, number>;
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
  d?: { rpcVersion?: number; authentication?: string; requestType?: string; requestId?: string; requestData?: unknown };
}

/** Close codes and request codes of the protocol's own tables. */
const closing = {
  decode: 4002,
  missingField: 4003,
  unknownOp: 4006,
  notIdentified: 4007,
  alreadyIdentified: 4008,
  authentication: 4009,
  rpcVersion: 4010,
};
const code = { success: 100, unknownType: 204, notReady: 207, missingField: 300, notFound: 600 };

const sha = (text: string): string => createHash('sha256').update(text).digest('base64');

/** obs-websocket 5, as far as the kit asks: Hello, Identify with or without a password, stream status, stats, sources, refresh; and
 * its refusals of whoever does not keep to the protocol. */
export async function startFakeObs(options: FakeObsOptions = {}): Promise<FakeObs> {
  const state: ObsState = {
    ...{ streaming: true, reconnecting: false, droppedFrames: 0, totalFrames: 1_000, fps: 60 },
    ...{ busy: false, mute: false, browserSources: new Map([['Stream page', 0]]) },
  };
  const began = performance.now();
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
          if (state.mute) return null;
          const sinceS = (performance.now() - began) / 1_000;
          return state.busy
            ? refusal(code.notReady, 'OBS is not ready')
            : answerOf(requestType, requestData, state, sinceS);
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

interface Reply {
  code: number;
  comment?: string;
  data?: Record<string, unknown>;
}

/** Null: no answer at all. */
type Ask = (requestType: string, requestData: unknown) => Reply | null;

const success = (data?: Record<string, unknown>): Reply => ({ code: code.success, ...(data && { data }) });
const refusal = (number: number, comment: string): Reply => ({ code: number, comment });

function talk(client: WebSocket, password: string | null, ask: Ask): void {
  const challenge = randomBytes(32).toString('base64');
  const salt = randomBytes(32).toString('base64');
  const expected = password === null ? null : sha(sha(password + salt) + challenge);
  const send = (op: number, d: object) => client.send(JSON.stringify({ op, d }));
  let identified = false;
  const identify = (d: Incoming['d']) => {
    if (identified) return client.close(closing.alreadyIdentified, 'Already identified.');
    if (typeof d?.rpcVersion !== 'number') return client.close(closing.missingField, 'Your payload lacks rpcVersion.');
    if (d.rpcVersion !== 1) return client.close(closing.rpcVersion, 'Your rpcVersion is not supported.');
    if (expected && d.authentication !== expected)
      return client.close(closing.authentication, 'Authentication failed.');
    identified = true;
    send(2, { negotiatedRpcVersion: 1 });
  };
  send(0, {
    obsWebSocketVersion: '5.5.0',
    rpcVersion: 1,
    ...(expected && { authentication: { challenge, salt } }),
  });
  client.on('message', (data) => {
    const message = jsonBody(String(data)) as Incoming | null;
    if (message === null) return client.close(closing.decode, 'Your message is not JSON.');
    if (message.op === 1) return identify(message.d);
    if (!identified) return client.close(closing.notIdentified, 'Identify first.');
    if (message.op !== 6) return client.close(closing.unknownOp, 'Unknown OpCode.');
    const { requestType = '', requestId = '', requestData = null } = message.d ?? {};
    const reply = ask(requestType, requestData);
    if (reply === null) return;
    const requestStatus = { result: reply.code === code.success, code: reply.code, ...said(reply.comment) };
    send(7, { requestType, requestId, requestStatus, ...(reply.data && { responseData: reply.data }) });
  });
}

const said = (comment: string | undefined) => (comment === undefined ? {} : { comment });

function answerOf(requestType: string, requestData: unknown, state: ObsState, sinceS: number): Reply {
  const goesOut = state.streaming && !state.reconnecting;
  const totalFrames = state.totalFrames + (goesOut ? Math.round(sinceS * state.fps) : 0);
  const frames = { outputSkippedFrames: state.droppedFrames, outputTotalFrames: totalFrames };
  switch (requestType) {
    case 'GetVersion':
      return success({ obsVersion: '31.0.0', obsWebSocketVersion: '5.5.0', rpcVersion: 1 });
    case 'GetStreamStatus':
      return success({ outputActive: state.streaming, outputReconnecting: state.reconnecting, ...frames });
    case 'GetStats':
      return success({ activeFps: state.fps, cpuUsage: 5, renderSkippedFrames: 0, ...frames });
    case 'GetInputList':
      return success({ inputs: [...state.browserSources.keys()].map(browserInput) });
    case 'PressInputPropertiesButton':
      return pressButton(requestData, state);
    default:
      return refusal(code.unknownType, 'Your request type is not valid.');
  }
}

const browserInput = (inputName: string) => ({ inputName, inputKind: 'browser_source' });

function pressButton(requestData: unknown, { browserSources }: ObsState): Reply {
  const [name, button] = [fieldOf(requestData, 'inputName'), fieldOf(requestData, 'propertyName')];
  if (typeof name !== 'string') return refusal(code.missingField, 'Your request must contain `inputName`.');
  const refreshed = browserSources.get(name);
  if (refreshed === undefined) return refusal(code.notFound, `No source was found by the name of \`${name}\`.`);
  if (button !== 'refreshnocache') return refusal(code.notFound, 'Unable to find a property by that name.');
  browserSources.set(name, refreshed + 1);
  return success();
}
