import { connectFailure } from './policy-probes/connect-socket.ts';

export type Heard = { ok: true; latencyMs: number } | { ok: false; latencyMs: number; detail: string };

const maxMessageBytes = 1_048_576;

/** Connects to a WebSocket, waits for the first thing it says, and hangs up. Ends when the signal fires; does not reject. */
export async function firstMessage(url: string, signal: AbortSignal): Promise<Heard> {
  const { WebSocket } = await import('ws');
  const begin = performance.now();
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: maxMessageBytes });
  return new Promise((resolve) => {
    const latencyMs = () => Math.round((performance.now() - begin) * 10) / 10;
    const end = (heard: Heard) => {
      signal.removeEventListener('abort', onAbort);
      socket.terminate();
      resolve(heard);
    };
    const fail = (detail: string) => end({ ok: false, latencyMs: latencyMs(), detail });
    const onAbort = () => fail('no answer in time');
    socket.on('error', (error) => fail(connectFailure(error)));
    socket.on('close', (code) => fail(`the connection was closed (${code}) before anything was said`));
    socket.on('message', () => end({ ok: true, latencyMs: latencyMs() }));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
}
