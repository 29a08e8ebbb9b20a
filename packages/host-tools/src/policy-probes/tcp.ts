import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { connectSocket } from './connect-socket.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, inWords } from './verdict.ts';

/** A port takes connections: of our own service (V3, W1), or of a host out there, to see how the network does. */
export function createTcpProbe(
  { host, port, maxLatency, timeout }: ProbeConfigOf<'tcp' | 'network'>,
  around: ProbeAround,
): PolicyProbe {
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now }, async (signal) => {
      const connected = await connectSocket({ host, port }, signal);
      if (!connected.ok) return bad(`${host}:${port}: ${connected.detail}`);
      const { latencyMs } = connected;
      const measured = { value: latencyMs, unit: 'ms' } as const;
      if (maxLatency !== undefined && latencyMs > maxLatency)
        return bad(`${host}:${port} took ${inWords(latencyMs)} to connect, over ${inWords(maxLatency)}`, measured);
      return good(`${host}:${port} takes connections`, measured);
    }),
    close: () => undefined,
  };
}
