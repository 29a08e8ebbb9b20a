import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';

export interface ObsLine {
  isOpen(): boolean;
  send(op: number, d: object): void;
  /**
   * The data of the next message for `key`: `hello`, `identified` or the id of a request.
   * @throws OpsError OBS_UNAVAILABLE, OBS_REFUSED when the line ends first; OBS_UNAVAILABLE when the signal fires
   */
  expect(key: string, signal: AbortSignal): Promise<unknown>;
  /** Says goodbye, and does not wait for long. */
  close(): void;
  cut(): void;
}

const Message = z.object({ op: z.number(), d: z.looseObject({ requestId: z.string().optional() }).default({}) });
const keys: Record<number, string> = { 0: 'hello', 2: 'identified' };
const answerOp = 7;
const maxMessageBytes = 1_048_576;
const goodbyeMs = 500;

interface Waiting {
  resolve: (d: unknown) => void;
  reject: (error: Error) => void;
}

/** A connection to OBS as a place where answers are waited for. Nothing is connected yet when it returns. */
export async function followLine(url: string): Promise<ObsLine> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: maxMessageBytes });
  const waiting = new Map<string, Waiting>();
  let ended: OpsError | null = null;
  const end = (why: OpsError) => {
    ended ??= why;
    for (const one of waiting.values()) one.reject(ended);
    waiting.clear();
  };
  socket.on('error', (error) => end(unreachable(error)));
  socket.on('close', (code, reason) => end(closedBy(code, String(reason))));
  socket.on('message', (data) => {
    const message = Message.safeParse(readJson(String(data)));
    if (!message.success) return void end(new OpsError('OBS_UNAVAILABLE', 'what answers there is not OBS'));
    const { op, d } = message.data;
    waiting.get((op === answerOp ? d.requestId : keys[op]) ?? '')?.resolve(d);
  });
  return {
    isOpen: () => ended === null && socket.readyState === socket.OPEN,
    send: (op, d) => socket.send(JSON.stringify({ op, d })),
    expect: (key, signal) => {
      if (ended) return Promise.reject(ended);
      return waitFor(waiting, key, signal);
    },
    close: () => {
      socket.close();
      setTimeout(() => socket.terminate(), goodbyeMs).unref();
    },
    cut: () => socket.terminate(),
  };
}

function waitFor(waiting: Map<string, Waiting>, key: string, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const over = () => {
      waiting.delete(key);
      signal.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      over();
      reject(new OpsError('OBS_UNAVAILABLE', 'OBS did not answer in time'));
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    waiting.set(key, {
      resolve: (d) => {
        over();
        resolve(d);
      },
      reject: (error) => {
        over();
        reject(error);
      },
    });
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function unreachable(error: Error): OpsError {
  const refused = 'code' in error && error.code === 'ECONNREFUSED';
  const told = refused ? 'OBS does not run, or its WebSocket server is off' : error.message.slice(0, 200);
  return new OpsError('OBS_UNAVAILABLE', told, { cause: error });
}

/** Close codes of obs-websocket. */
function closedBy(code: number, reason: string): OpsError {
  if (code === 4009) return new OpsError('OBS_REFUSED', 'OBS refuses the password', { fields: { status: code } });
  if (code === 4010) return new OpsError('OBS_REFUSED', 'OBS speaks another version of its protocol');
  return new OpsError('OBS_UNAVAILABLE', `OBS closed the connection (${reason.slice(0, 100) || code})`);
}
