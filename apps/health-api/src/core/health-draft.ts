import type { HealthResponse } from '@yoban/shared/contracts/health';

const draftStatus = { healthy: 'pass', degraded: 'warn', unhealthy: 'fail' } as const;
const passing = ['ok'];
const failing = ['error'];

/** True when the client asks for the draft's type by name; anything else gets our own shape. */
export const wantsHealthJson = (accept: string): boolean => /\bapplication\/health\+json\b/i.test(accept);

/** The answer in the shape of draft-inadarei-api-health-check-06: pass, warn or fail, and one entry a measurement. */
export function healthDraft(health: HealthResponse) {
  const time = health.timestamp;
  const { process, database, llm, tips, game, system } = health.checks;
  const measured = (status: string, observedValue: number | string, observedUnit: string, componentType = 'system') => [
    { componentType, observedValue, observedUnit, status: draftOf(status), time },
  ];
  return {
    status: draftStatus[health.status],
    description: 'yoban health of the guarded service',
    output: health.reasons.map((reason) => `${reason.check}: ${reason.code}`).join('; '),
    checks: {
      uptime: measured('ok', health.uptime_seconds, 's'),
      'process:memory': measured(process.status, process.memory_mb, 'MB', 'component'),
      'process:cpu': measured(process.status, process.cpu_percent, 'percent', 'component'),
      'database:size': measured(database.status, database.size_mb, 'MB', 'datastore'),
      'llm:errorRate': measured(llm.status, llm.error_rate_percent, 'percent', 'component'),
      'llm:responseTime': measured(llm.status, llm.avg_response_ms, 'ms', 'component'),
      'tips:queueDepth': measured(tips.status, tips.queue_depth, 'count', 'component'),
      'game:cycle': measured(game.status, game.current_cycle, 'count', 'component'),
      'disk:free': measured(system.status, system.disk_free_gb ?? 0, 'GB'),
    },
  };
}

const draftOf = (status: string) => (passing.includes(status) ? 'pass' : failing.includes(status) ? 'fail' : 'warn');
