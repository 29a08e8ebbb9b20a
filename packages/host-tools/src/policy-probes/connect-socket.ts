import { connect, type Socket } from 'node:net';

export type Connected = { ok: true; latencyMs: number } | { ok: false; detail: string };

/** Time to a TCP connection, name lookup included; the connection is closed. Ends when the signal fires; does not reject. */
export function connectSocket(to: { host: string; port: number }, signal: AbortSignal): Promise<Connected> {
  return new Promise((resolve) => {
    const begin = performance.now();
    const socket: Socket = connect({ ...to, signal });
    const end = (connected: Connected) => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', () => end({ ok: true, latencyMs: Math.round((performance.now() - begin) * 10) / 10 }));
    // More than one may come: of a host with several addresses, and of the signal.
    socket.on('error', (error) => end({ ok: false, detail: connectFailure(error) }));
  });
}

const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
};

/** Why there was no connection, in words. */
export function connectFailure(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return words[code] ?? error.message.slice(0, 200);
}
