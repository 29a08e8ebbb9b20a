import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { pick } from '../../harness/random.ts';
import type { Expected } from './judge.ts';

/** Services whose window is short (see arena.ts), so that a run has many of them. */
export const windowedServices = ['w0', 'w1'] as const;
/** The same, with WARNINGs. */
export const warnedServices = ['v0', 'v1'] as const;

export interface Source {
  /** Everything produced so far, in a form the judge understands. */
  book: Expected[];
  /** Ends what is under way and resolves when the bus has taken all of it. */
  finish(): Promise<void>;
}

type Kind = 'once' | 'storm' | 'twice' | 'info' | 'open';
const kinds = ['once', 'once', 'storm', 'twice', 'info', 'open'] as const satisfies readonly Kind[];
const betweenMs = { min: 120, span: 260 };
const retryMs = 100;

/** What every program of ours does when Redis is away: it keeps the event and tries again, with the same id. */
export async function untilAdded(producer: Producer, event: AlertEvent, jobId = event.id): Promise<void> {
  for (;;) {
    try {
      return await producer.add('alertEvent', jobId, event);
    } catch {
      await sleep(retryMs);
    }
  }
}

/** Events with ids in their order, the id also in what they say: so the judge knows each in what a receiver logged. */
function createEvents() {
  let events = 0;
  return (service: string, kind: AlertEvent['kind'], warning = false): AlertEvent => {
    events += 1;
    return {
      id: `e${events}`,
      kind,
      level: kind === 'info' ? 'info' : warning ? 'warning' : 'critical',
      service,
      alertType: kind === 'info' ? 'backup_ok' : warning ? 'llm_fallback' : 'process_down',
      at: isoTime(Date.now()),
      params: { graceS: 10 },
      lastError: kind === 'clear' ? null : `e${events}`,
      incidentId: null,
    };
  };
}

/** Plays programs that raise and clear alerts, over the bus as all of ours do. */
export function startSource(producer: Producer, random: () => number): Source {
  const book: Expected[] = [];
  const under = new Set<Promise<void>>();
  let ended = false;
  const eventOf = createEvents();

  const raise = async (expected: Expected, kind: 'raise' | 'info' = 'raise') => {
    const event = eventOf(expected.service, kind, expected.kind === 'warned');
    expected.marks.push(event.id);
    await untilAdded(producer, event);
    return event;
  };
  const open = (service: string, kind: Expected['kind']): Expected => {
    const expected: Expected = { service, kind, marks: [], cleared: false };
    book.push(expected);
    return expected;
  };
  const clear = async (expected: Expected) => {
    expected.cleared = true;
    await untilAdded(producer, eventOf(expected.service, 'clear', expected.kind === 'warned'));
  };
  const play = async (service: string, kind: Kind) => {
    const expected = open(service, kind === 'info' ? 'info' : 'incident');
    const first = await raise(expected, kind === 'info' ? 'info' : 'raise');
    // The same event by a second way: another job, the same id.
    if (kind === 'twice' || kind === 'info') await untilAdded(producer, first, `${first.id}-again`);
    if (kind === 'storm') for (let n = 0; n < 4; n++) await raise(expected);
    if (kind === 'info' || kind === 'open') return;
    await sleep(random() * 2_500);
    await clear(expected);
  };
  const playWindows = async (service: string, kind: 'windowed' | 'warned') => {
    const expected = open(service, kind);
    while (!ended) {
      await raise(expected);
      await sleep(300 + random() * 400);
    }
    await clear(expected);
  };
  const run = (one: Promise<void>) => {
    under.add(one);
    void one.finally(() => under.delete(one));
  };
  const produce = async () => {
    for (let n = 0; !ended; n++) {
      run(play(`k${n}`, pick(kinds, random)));
      await sleep(betweenMs.min + random() * betweenMs.span);
    }
  };
  for (const service of windowedServices) run(playWindows(service, 'windowed'));
  for (const service of warnedServices) run(playWindows(service, 'warned'));
  run(produce());
  return {
    book,
    finish: async () => {
      ended = true;
      while (under.size > 0) await Promise.all(under);
    },
  };
}
