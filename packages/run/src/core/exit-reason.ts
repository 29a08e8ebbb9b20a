import type { ExitReason } from '../protocol.ts';

/** Signals that a person or the kernel sends; any other fatal one comes from a fault of the process itself. */
const sentFromOutside = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']);

/** Why a process ended that nobody had asked to end. */
export function exitReason(code: number | null, signal: string | null): ExitReason {
  if (signal !== null) return sentFromOutside.has(signal) ? 'killed' : 'crashed';
  return code === 0 ? 'ended' : 'crashed';
}
