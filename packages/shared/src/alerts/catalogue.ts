import type { AlertLevel } from '../contracts/alert.ts';

interface CatalogueEntry {
  level: AlertLevel;
  /** Default threshold, for documentation; the condition itself lives with its owner. */
  threshold: string | null;
  /** Page docs/runbook/<CODE>.md of a CRITICAL type. */
  runbook: string | null;
}

const critical = (runbook: string): CatalogueEntry => ({ level: 'critical', threshold: null, runbook });
const warning = (threshold: string): CatalogueEntry => ({ level: 'warning', threshold, runbook: null });
const info: CatalogueEntry = { level: 'info', threshold: null, runbook: null };

/** The one list of alert types (A9). Words in both languages are in words.ts. */
export const alertCatalogue = {
  process_down: critical('PROCESS_DOWN'),
  health_unreachable: critical('HEALTH_UNREACHABLE'),
  service_unhealthy: critical('SERVICE_UNHEALTHY'),
  kit_down: critical('KIT_DOWN'),
  bus_down: { level: 'critical', threshold: 'no answer for 30 s', runbook: 'BUS_DOWN' },
  database_corrupt: critical('DB_CORRUPT'),
  backup_failed: critical('BACKUP_FAILED'),
  restore_proof_old: { level: 'critical', threshold: 'no proven restore for 72 h', runbook: 'RESTORE_PROOF_OLD' },
  recovery_failed: critical('RECOVERY_FAILED'),
  restart_limit: { level: 'critical', threshold: 'the budget of the policy', runbook: 'RESTART_LIMIT' },
  llm_error_rate: warning('> 10 % of the last hour'),
  llm_down: warning('no success for 5 min'),
  llm_fallback: warning('active'),
  // One type a platform: a second one that goes away is news, not a repeat of the first.
  platform_disconnected_youtube: warning('disconnected'),
  platform_disconnected_tiktok: warning('disconnected'),
  platform_disconnected_obs: warning('disconnected'),
  tips_failing: warning('any failed in 1 h, or queue > 50'),
  memory_high: warning('> 80 % of its limit'),
  cpu_high: warning('> 90 % of a core, sustained'),
  disk_low: warning('< 10 % free'),
  cycle_stale: warning('last cycle older than 2 cycles'),
  service_degraded: warning('status degraded'),
  wal_large: warning('> 256 MB after a backup'),
  bus_unsafe: warning('AOF off or eviction on'),
  channel_quota: warning('80 % of the messages of a month'),
  phase_late: warning('the end of its phase'),
  fault_repaired: info,
  backup_ok: info,
  restore_ok: info,
  process_restarted: info,
  daily_stats: info,
} as const satisfies Record<string, CatalogueEntry>;

export type AlertType = keyof typeof alertCatalogue;

export const isAlertType = (text: string): text is AlertType => Object.hasOwn(alertCatalogue, text);
