import type { AlertType } from '@yoban/shared/alerts/catalogue';

/**
 * Which faults stand now, so that one fault is told once: `open` are told, `coming` are in their grace and will be told or
 * will be over. Only memory: each watch puts its own part back when it starts.
 */
export interface FaultBoard {
  set(service: string, subject: string, alertType: AlertType, standing: 'none' | 'coming' | 'open'): void;
  open(service: string): ReadonlySet<AlertType>;
  openOrComing(service: string): ReadonlySet<AlertType>;
  /** What was open or coming and is over for less than so long. */
  justOver(service: string, withinMs: number): ReadonlySet<AlertType>;
  /** What the service's policy does: `acting` = a repair is under way, `tells` = it has told a critical fault that stands. */
  setPolicy(service: string, does: PolicyDoes, now: number): void;
  policyOf(service: string): PolicyDoes;
  /** Whether a repair of ours is under way or was, since then (epoch ms). */
  repairedSince(service: string, since: number): boolean;
}

export interface PolicyDoes {
  acting: boolean;
  tells: boolean;
}

const idle: PolicyDoes = { acting: false, tells: false };

/** `now` in ms, of any clock that goes on. */
export function createFaultBoard(now: () => number = () => performance.now()): FaultBoard {
  const ended = new Map<string, { service: string; alertType: AlertType; at: number }>();
  const entries = new Map<string, { service: string; alertType: AlertType; standing: 'coming' | 'open' }>();
  const policies = new Map<string, PolicyDoes>();
  const actedAt = new Map<string, number>();
  const of = (service: string, wanted: readonly string[]) =>
    new Set(
      [...entries.values()]
        .filter((entry) => entry.service === service && wanted.includes(entry.standing))
        .map((entry) => entry.alertType),
    );
  return {
    set: (service, subject, alertType, standing) => {
      if (standing !== 'none') entries.set(subject, { service, alertType, standing });
      else if (entries.delete(subject)) ended.set(subject, { service, alertType, at: now() });
    },
    open: (service) => of(service, ['open']),
    openOrComing: (service) => of(service, ['coming', 'open']),
    justOver: (service, withinMs) => {
      const own = [...ended.values()].filter((one) => one.service === service && now() - one.at < withinMs);
      return new Set(own.map(({ alertType }) => alertType));
    },
    setPolicy: (service, does, now) => {
      if (does.acting || policies.get(service)?.acting) actedAt.set(service, now);
      policies.set(service, does);
    },
    policyOf: (service) => policies.get(service) ?? idle,
    repairedSince: (service, since) => (actedAt.get(service) ?? -1) >= since,
  };
}
