import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { connectFailure } from './connect-socket.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, type Verdict } from './verdict.ts';

const messageMaxBytes = 1_048_576;

/** A WebSocket opens, and says something where that is expected: one that is merely open may be dead. */
export function createWebSocketProbe(config: ProbeConfigOf<'websocket'>, { now }: ProbeAround): PolicyProbe {
  const late = (limit: string) => bad(`it neither opened nor spoke within ${limit}`);
  return {
    look: framedLook({ timeoutMs: config.timeout, now, late }, (signal) => listen(config, signal)),
    close: () => undefined,
  };
}

/** Loaded with the first look: few policies have one. */
async function listen({ url, expectMessage }: ProbeConfigOf<'websocket'>, signal: AbortSignal): Promise<Verdict> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: messageMaxBytes });
  const begin = performance.now();
  return new Promise((resolve) => {
    const measured = () => ({ value: Math.round((performance.now() - begin) * 10) / 10, unit: 'ms' }) as const;
    const end = (verdict: Verdict) => {
      signal.removeEventListener('abort', onAbort);
      socket.terminate();
      resolve(verdict);
    };
    const onAbort = () => end(bad('no answer'));
    signal.addEventListener('abort', onAbort);
    // Ending a connection that is not there yet is an error too; it comes last and changes nothing.
    socket.on('error', (error) => end(bad(connectFailure(error))));
    socket.on('close', (code) => end(bad(`it hung up (${code}) before it said anything`)));
    socket.on('message', () => end(good('it speaks', measured())));
    socket.on('open', () => {
      if (!expectMessage) end(good('it opens', measured()));
    });
    if (signal.aborted) onAbort();
  });
}
