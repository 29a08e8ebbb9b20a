import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { Refusal } from '../http/reply.ts';
import { createStandin } from './standin-server.ts';

const FRAMES_PER_SECOND = 60;
/** Its one browser source. */
const PAGE = 'Stream page';

export interface ObsStandin {
  server: Server;
  close: () => void;
}

interface Message {
  op?: number;
  d?: { requestType?: string; requestId?: string };
}

/**
 * OBS as obs-websocket 5 shows it, without a password: on the air, no frame dropped. Not connected: lines are cut and new ones
 * refused; not streaming: it answers, and says so. It counts how often its page was refreshed.
 */
export function createObsStandin(token: string): ObsStandin {
  const state: { connected: boolean; streaming: boolean; refreshed: number } = {
    ...{ connected: true, streaming: true },
    refreshed: 0,
  };
  const began = performance.now();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  const cut = () => {
    for (const socket of sockets.clients) socket.terminate();
  };
  const server = createStandin({
    token,
    state,
    onControl: () => {
      if (!state.connected) cut();
    },
    answer: (_request, _response, path) => Promise.reject(new Refusal(404, `Nothing at ${path}; this is a WebSocket.`)),
  });
  const answerTo = (requestType = ''): Record<string, unknown> | null => {
    if (requestType === 'GetInputList') return { inputs: [{ inputName: PAGE, inputKind: 'browser_source' }] };
    if (requestType === 'PressInputPropertiesButton') {
      state.refreshed += 1;
      return {};
    }
    if (requestType !== 'GetStreamStatus') return null;
    const frames = Math.round(((performance.now() - began) / 1_000) * FRAMES_PER_SECOND);
    return {
      outputActive: state.streaming,
      outputReconnecting: false,
      outputSkippedFrames: 0,
      outputTotalFrames: frames,
    };
  };
  server.on('upgrade', (request, socket, head) => {
    if (state.connected) sockets.handleUpgrade(request, socket, head, (line) => talk(line, answerTo));
    else socket.destroy();
  });
  return { server, close: cut };
}

/** Hello, Identify, Identified, then requests. */
function talk(line: WebSocket, answerTo: (requestType?: string) => Record<string, unknown> | null): void {
  const send = (op: number, d: object) => line.send(JSON.stringify({ op, d }));
  line.on('error', () => line.terminate());
  line.on('message', (data) => {
    const message = read(String(data));
    if (message?.op === 1) return send(2, { negotiatedRpcVersion: 1 });
    if (message?.op !== 6) return line.close(4006, 'Unknown OpCode.');
    const { requestType, requestId } = message.d ?? {};
    const responseData = answerTo(requestType);
    const requestStatus = responseData
      ? { result: true, code: 100 }
      : { result: false, code: 204, comment: 'Your request type is not valid.' };
    send(7, { requestType, requestId, requestStatus, ...(responseData && { responseData }) });
  });
  send(0, { obsWebSocketVersion: '5.5.0', rpcVersion: 1 });
}

function read(text: string): Message | null {
  try {
    return JSON.parse(text) as Message;
  } catch {
    // What is no JSON is no message of the protocol: the line is closed for it.
    return null;
  }
}
