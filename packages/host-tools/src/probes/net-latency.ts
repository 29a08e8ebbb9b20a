import { connect } from 'node:net';
import type { Observed } from './probe.ts';

export interface NetLatency {
  /** Time of a TCP handshake; null when no target is configured or it did not answer in time. */
  latencyMs: number | null;
}

/** One handshake with `target`, which is then closed. No target: there is nothing to measure, and null says so. */
export function lookAtNetLatency(
  target: { host: string; port: number } | null,
  timeoutMs: number,
): Promise<Observed<NetLatency>> {
  const observedAt = Date.now();
  if (!target) return Promise.resolve({ observedAt, latencyMs: null });
  return new Promise((resolve) => {
    const begin = performance.now();
    const socket = connect(target);
    const end = (answered: boolean) => {
      socket.destroy();
      const latencyMs = answered ? Math.round((performance.now() - begin) * 10) / 10 : null;
      resolve({ observedAt, latencyMs });
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
