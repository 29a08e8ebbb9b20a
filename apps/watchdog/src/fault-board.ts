import type { AlertType } from '@yoban/shared/alerts/catalogue';

/**
 * Which faults stand now, so that one fault is told once: `open` are told, `coming` are in their grace and will be told or
 * will be over. Only memory: each watch puts its own part back when it starts.
 */
export interface FaultBoard {
  set(service: string, subject: string, alertType: AlertType, standing: 'none' | 'coming' | 'open'): void;
  open(service: string): ReadonlySet<AlertType>;
  openOrComing(service: string): ReadonlySet<AlertType>;
}

export function createFaultBoard(): FaultBoard {
  const entries = new Map<string, { service: string; alertType: AlertType; standing: 'coming' | 'open' }>();
  const of = (service: string, wanted: readonly string[]) =>
    new Set(
      [...entries.values()]
        .filter((entry) => entry.service === service && wanted.includes(entry.standing))
        .map((entry) => entry.alertType),
    );
  return {
    set: (service, subject, alertType, standing) => {
      if (standing === 'none') entries.delete(subject);
      else entries.set(subject, { service, alertType, standing });
    },
    open: (service) => of(service, ['open']),
    openOrComing: (service) => of(service, ['coming', 'open']),
  };
}
