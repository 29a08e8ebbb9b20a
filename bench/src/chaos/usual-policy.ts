import type { FaultyApp } from './faulty-app.ts';

/** The profile all bounds are meant for: a look each 5 s, 2 s for an answer, two bad ones with a second look after 1 s. */
const profile = { everyMs: 5_000, timeoutMs: 2_000, fall: 2, recheckMs: 1_000 };

const healthy = [{ path: '/status', in: ['healthy', 'degraded'] }];

/** A service that is restarted when it hangs or answers wrongly, three times in ten minutes at most. */
export function usualPolicy(app: FaultyApp): Record<string, unknown> {
  const verify = { probes: ['proc', 'health'], within: '10s' };
  return {
    // An engine makes a container's surroundings anew at each start.
    grace: '5s',
    probeDefaults: { every: `${profile.everyMs}ms`, timeout: `${profile.timeoutMs}ms` },
    probes: {
      proc: { type: 'supervisor', states: ['online'] },
      health: {
        ...{ type: 'http', url: `${app.url}/healthz`, json: healthy, fall: profile.fall, startPeriod: '5s' },
        recheck: { times: 2, every: `${profile.recheckMs}ms` },
      },
    },
    actions: { restart: { kind: 'supervisor', op: 'restart', timeout: '20s' } },
    evidence: {
      status: { builtin: 'supervisor_status' },
      logs: { builtin: 'service_logs' },
      sockets: { builtin: 'sockets' },
    },
    faults: {
      down: {
        ...{
          anyOf: ['proc'],
          firstResponder: { owner: 'supervisor', grace: '10s' },
          evidence: ['status', 'logs', 'sockets'],
        },
        ladder: [
          { on: 'fault', do: ['restart'], verify },
          { on: 'prev_unverified', notify: 'critical', halt: true },
        ],
      },
      unhealthy: {
        ...{ anyOf: ['health'], evidence: ['status', 'logs', 'sockets'] },
        ladder: [
          { on: 'fault', do: ['restart'], verify },
          { on: 'prev_unverified', notify: 'critical', halt: true },
        ],
      },
    },
    budgets: {
      restarts: {
        counts: ['restart'],
        max: 3,
        window: '10m',
        backoff: ['0s', '1s', '3s'],
        onExhausted: { mode: 'halt', notify: 'critical' },
      },
    },
  };
}
