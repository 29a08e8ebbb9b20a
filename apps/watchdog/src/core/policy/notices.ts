import type { AlertParams } from '@yoban/shared/contracts/alert';
import { probesOfFault } from './policy-rules.ts';
import type { Level, Open, Told } from './policy-state.ts';
import { causeOf, decide, isOpen, type PolicyWork } from './policy-work.ts';

interface Notice {
  level: Level;
  alertType: string;
  params?: AlertParams;
}

const rank: Record<Level, number> = { info: 0, warning: 1, critical: 2 };
/** A built-in alert that is over leaves our repair this much time to be proven before we tell of what is left. */
const afterElsewhereMs = 30_000;

/** The key under which a step of a fault is told. */
export const alertTypeOf = (fault: string, own: string | undefined): string => own ?? `fault_${fault}`;

/** Tells people of a fault, once per alert type and incident; a worse level is told again. Within the cooldown it is owed. */
export function tell(work: PolicyWork, fault: string, open: Open, notice: Notice): void {
  const { level, alertType, params = {} } = notice;
  const before = open.told[alertType];
  if (before && rank[before.level] >= rank[level]) return;
  const { raised, alsoOf } = before ?? { raised: false, alsoOf: [] };
  const newest = work.state.notices[`${fault}/${alertType}`];
  const cooldown = work.policy.faults[fault]?.cooldown ?? 0;
  if (isLeftToOthers(work, fault, notice)) {
    open.told[alertType] = { level, by: 'elsewhere', at: work.now, raised, params, alsoOf };
    decide(work, fault, 'told_elsewhere', alertType);
  } else if (newest && rank[newest.level] >= rank[level] && work.now - newest.toldAt < cooldown) {
    open.told[alertType] = { level, by: 'owed', at: newest.toldAt + cooldown, raised, params, alsoOf };
    decide(work, fault, 'cooldown', alertType);
  } else raise(work, fault, open, notice);
}

/** A built-in alert says that something is wrong; that a limit is met or a repair failed is more than that. */
const isLeftToOthers = ({ state }: PolicyWork, fault: string, { level, alertType }: Notice): boolean =>
  level === 'critical' && alertType === alertTypeOf(fault, undefined) && state.toldElsewhere !== 'none';

function raise(work: PolicyWork, fault: string, open: Open, { level, alertType, params = {} }: Notice): void {
  const before = open.told[alertType];
  const raised = level !== 'info' || (before?.raised ?? false);
  open.told[alertType] = { level, by: 'us', at: work.now, raised, params, alsoOf: before?.alsoOf ?? [] };
  work.state.notices[`${fault}/${alertType}`] = { toldAt: work.now, level };
  const kind = level === 'info' ? 'info' : 'raise';
  const all = { ...paramsOf(work, fault, open), ...params };
  work.effects.push({ do: 'tell', kind, level, alertType, fault, incidentId: open.incidentId, params: all });
  decide(work, fault, 'told', `${level} ${alertType}`);
}

/** What the general text of a fault is filled with. */
export function paramsOf(work: PolicyWork, fault: string, open: Open): AlertParams {
  const config = work.policy.faults[fault];
  const { tried } = open;
  return {
    fault,
    cause: config ? causeOf(work, [...probesOfFault(config), ...open.mustPass]) : '',
    tries: tried.length,
    tried: tried.at(-1)?.action ?? null,
    triedAll: [...new Set(tried.map(({ action }) => action))].join(', '),
  };
}

/** Tells what was put off, once its time has come and the fault still stands. */
export function tellOwed(work: PolicyWork, fault: string, open: Open): void {
  for (const [alertType, told] of Object.entries(open.told)) {
    const notice = { level: told.level, alertType, params: told.params };
    if (told.by === 'elsewhere' && work.state.toldElsewhere === 'none')
      open.told[alertType] = { ...told, by: 'owed', at: work.now + afterElsewhereMs };
    else if (told.by === 'owed' && work.now >= told.at) {
      if (isLeftToOthers(work, fault, notice)) open.told[alertType] = { ...told, by: 'elsewhere' };
      else raise(work, fault, open, notice);
    }
  }
}

/** A recovery goes to whom the raise went: once for each alert type that we told. A repair that nobody heard of is one INFO. */
export function tellRecovered(work: PolicyWork, fault: string, open: Open, repaired: boolean): void {
  const { incidentId } = open;
  const params = { ...paramsOf(work, fault, open), downMs: Math.max(0, work.now - open.detectedAt) };
  const told = Object.entries(open.told).filter(([, { raised }]) => raised);
  for (const [alertType, { level, alsoOf }] of told) {
    const of = [...alsoOf, { incidentId, fault }];
    if (isHandedOver(work, fault, alertType, of)) continue;
    for (const one of of) work.effects.push({ do: 'tell', kind: 'clear', level, alertType, ...one, params });
  }
  if (told.length > 0 || !repaired || open.beside) return;
  work.effects.push({
    do: 'tell',
    kind: 'info',
    level: 'info',
    alertType: 'fault_repaired',
    fault,
    incidentId,
    params,
  });
}

/** People see one alert of a service and a type: while another fault stands that raised it too, it is not over, and is that one's to end. */
function isHandedOver(work: PolicyWork, fault: string, alertType: string, of: Told['alsoOf']): boolean {
  for (const [name, other] of Object.entries(work.state.faults)) {
    const told = name !== fault && isOpen(other) ? other.open.told[alertType] : undefined;
    if (!told?.raised) continue;
    told.alsoOf = [...told.alsoOf, ...of];
    return true;
  }
  return false;
}
