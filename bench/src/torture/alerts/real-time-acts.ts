import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import type { TimelineEntry } from '../../harness/proof.ts';
import type { Arena } from './arena.ts';
import { untilAdded } from './send-event.ts';

/** The window of the configuration's default, on whose ends digests and summaries come. */
export const windowMs = 900_000;

/** Something that is done at its time, seconds from the end of the window that the run begins in. */
interface Act {
  atS: number;
  what: string;
  act: () => unknown;
}

export interface Stage {
  arena: Arena;
  /** Epoch ms of the first window's end. */
  boundary: number;
  note: (who: string, text: string) => void;
}

export const storm = { raises: 1_000, overS: 60 };
export const chatty = { infos: 30, singly: 20 };
/** Repeated WARNINGs of one alert inside the second window, told as one line. */
export const repeatedWarnings = 9;
const slackOutMs = 60_000;

/** What happens through two whole windows: every way in which a window's end matters, with kills and an outage in between. */
export function realTimeActs(stage: Stage): Act[] {
  const { arena } = stage;
  const say = sayer(stage);
  const every = (fromS: number, stepS: number, times: number, of: (atS: number) => Act): Act[] =>
    Array.from({ length: times }, (_, n) => of(fromS + n * stepS));
  const quiet = (atS: number, act: () => unknown): Act => ({ atS, what: '', act });
  const told = (atS: number, kind: 'raise' | 'warn' | 'clear', service: string, type: string): Act => ({
    atS,
    what: `${kind} ${service}/${type}`,
    act: () => say(kind, service, type),
  });
  return [
    told(-40, 'warn', 'quiet-disk', 'disk_low'),
    told(-0.5, 'warn', 'edge-before', 'llm_fallback'),
    told(0.5, 'warn', 'edge-after', 'llm_fallback'),
    { atS: 20, what: `storm: ${storm.raises} raises of storm/process_down in ${storm.overS} s`, act: () => undefined },
    ...every(20, storm.overS / storm.raises, storm.raises, (atS) =>
      quiet(atS, () => say('raise', 'storm', 'process_down')),
    ),
    told(120, 'raise', 'again', 'process_down'),
    told(150, 'warn', 'short', 'llm_fallback'),
    told(200, 'clear', 'short', 'llm_fallback'),
    told(240, 'clear', 'again', 'process_down'),
    told(260, 'warn', 'worse', 'memory_high'),
    told(280, 'raise', 'worse', 'memory_high'),
    { atS: 300, what: `${chatty.infos} INFOs of chatty`, act: () => undefined },
    ...every(300, 0.5, chatty.infos, (atS) => quiet(atS, () => say('info', 'chatty', 'backup_ok'))),
    ...every(360, 60, repeatedWarnings, (atS) => told(atS, 'warn', 'repeat', 'llm_error_rate')),
    told(420, 'raise', 'again', 'process_down'),
    told(500, 'clear', 'worse', 'memory_high'),
    ...every(600, 120, 9, (atS) => told(atS, 'raise', 'long', 'health_unreachable')),
    told(880, 'clear', 'storm', 'process_down'),
    { atS: 898, what: 'SIGKILL one alerter', act: () => arena.slots[0]?.child.signal('SIGKILL') },
    { atS: 905, what: 'start it again', act: () => arena.slots[0]?.restart() },
    { atS: 1_000, what: 'slack is out', act: () => slackOut(arena) },
    ...every(1_020, 60, 2, (atS) => told(atS, 'warn', 'repeat', 'llm_error_rate')),
    told(1_010, 'raise', 'during', 'process_down'),
    told(1_200, 'clear', 'during', 'process_down'),
    { atS: 1_300, what: 'SIGKILL both alerters', act: () => arena.slots.map(({ child }) => child.signal('SIGKILL')) },
    told(1_303, 'raise', 'dark', 'backup_failed'),
    { atS: 1_310, what: 'start both again', act: () => Promise.all(arena.slots.map((slot) => slot.restart())) },
    told(1_500, 'clear', 'dark', 'backup_failed'),
    told(1_650, 'clear', 'long', 'health_unreachable'),
    told(1_700, 'clear', 'repeat', 'llm_error_rate'),
    told(1_799.5, 'warn', 'last-edge', 'llm_fallback'),
    told(1_800.5, 'warn', 'beyond', 'llm_fallback'),
    told(1_830, 'clear', 'again', 'process_down'),
  ];
}

/** Seconds from the first boundary at which the last of it must be told. */
export const endS = 1_850;

function sayer({ arena }: Stage) {
  let events = 0;
  return async (kind: 'raise' | 'warn' | 'clear' | 'info', service: string, alertType: string): Promise<void> => {
    events += 1;
    const level: AlertEvent['level'] = kind === 'info' ? 'info' : kind === 'warn' ? 'warning' : 'critical';
    await untilAdded(arena.producer, {
      id: `r${events}`,
      kind: kind === 'warn' ? 'raise' : kind,
      level,
      service,
      alertType,
      at: isoTime(Date.now()),
      params: {},
      lastError: kind === 'clear' ? null : `r${events}`,
      incidentId: null,
    });
  };
}

async function slackOut({ receivers }: Arena): Promise<void> {
  const slack = receivers.find(({ kind }) => kind === 'slack');
  slack?.script([{ do: 'outage' }]);
  await sleep(slackOutMs);
  slack?.script([]);
}

/** Does each at its time and notes it; resolves when all are done. */
export async function play(acts: readonly Act[], { boundary, note }: Stage): Promise<void> {
  const under: unknown[] = [];
  for (const { atS, what, act } of acts.toSorted((a, b) => a.atS - b.atS)) {
    await sleep(Math.max(0, boundary + atS * 1_000 - Date.now()));
    if (what !== '') note('test', what);
    under.push(act());
  }
  await Promise.all(under);
}

/** What the receivers got, as entries of the record. */
export const takenEntries = ({ receivers }: Arena): TimelineEntry[] =>
  receivers.flatMap(({ kind, takes }) =>
    takes().map(({ at, text, accepted }) => ({
      at: isoTime(at),
      who: accepted ? kind : `${kind} (known by its key)`,
      text,
    })),
  );
