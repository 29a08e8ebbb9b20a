import type { AlertType } from '@yoban/shared/alerts/catalogue';
import type { AlertParams } from '@yoban/shared/contracts/alert';
import { diskFreePercent } from './checks/system-check.ts';
import type { Finding } from './observed.ts';
import type { RolledUp } from './roll-up.ts';

/** One WARNING of the catalogue as it stands now; `on: null` = cannot be told (stale input), which changes nothing. */
export interface AlertCondition {
  alertType: AlertType;
  on: boolean | null;
  params: AlertParams;
}

const platformNames = ['youtube', 'tiktok', 'obs'] as const;

/**
 * The WARNINGs that health-api owns (A9), of one service. Process, database and overall status are the watchdog's to tell.
 * Stale input neither raises nor clears: "the app does not report" is another message than "the model is down".
 */
export function alertConditions({ checks, findings }: RolledUp): AlertCondition[] {
  const { llm, tips, process, system, game } = checks;
  const found = (...codes: string[]) => findings.find((one) => codes.includes(one.code));
  const unless = (stale: boolean, finding: Finding | undefined) => (stale ? null : finding !== undefined);
  const processGone = process.stale || process.status === 'error';
  return [
    {
      alertType: 'llm_error_rate',
      on: unless(llm.stale, found('llm_error_rate')),
      params: { value: llm.error_rate_percent, limit: 10, fallback: llm.fallback_active },
    },
    { alertType: 'llm_down', on: unless(llm.stale, found('llm_down')), params: {} },
    { alertType: 'llm_fallback', on: unless(llm.stale, found('llm_fallback')), params: {} },
    ...platformConditions(checks.platforms),
    {
      alertType: 'tips_failing',
      on: unless(tips.stale, found('tips_failing', 'tip_queue')),
      params: { failed: tips.failed_last_hour, queue: tips.queue_depth },
    },
    {
      alertType: 'memory_high',
      on: unless(processGone, found('memory_high')),
      params: { value: process.memory_mb, limit: process.memory_limit_mb },
    },
    { alertType: 'cpu_high', on: unless(processGone, found('cpu_high')), params: { value: process.cpu_percent } },
    {
      alertType: 'disk_low',
      on: unless(system.stale, found('disk_low')),
      params: { value: diskFreePercent(system.disk_free_gb, system.disk_total_gb) },
    },
    {
      alertType: 'cycle_stale',
      on: unless(game.stale, found('cycle_stale')),
      params: { value: (found('cycle_stale')?.value ?? 0) / 60 },
    },
  ];
}

/** One alert each, so that a second platform that goes away is told too. */
function platformConditions(platforms: RolledUp['checks']['platforms']): AlertCondition[] {
  return platformNames.map((name) => {
    const { status, configured, stale } = platforms[name];
    const on = stale ? null : configured && status === 'disconnected';
    return { alertType: `platform_disconnected_${name}`, on, params: {} };
  });
}

/** `bus_unsafe` belongs to the kit, so it stands once, under the primary service. Redis away says nothing about its settings. */
export function busCondition(bus: RolledUp['checks']['kit']['bus'], detail: string): AlertCondition {
  return { alertType: 'bus_unsafe', on: bus === 'down' ? null : bus === 'unsafe', params: { detail } };
}
