import { setTimeout as sleep } from 'node:timers/promises';
import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { pick } from '../../harness/random.ts';
import type { Arena } from './arena.ts';
import type { Expected, Sent } from './expected.ts';
import { createPerson, type Person } from './person.ts';
import { plays } from './plays.ts';
import { createEventSender, untilAdded } from './send-event.ts';
import { ackedServices, fallenServices, warnedServices, windowedServices } from './service-names.ts';
import type { Take } from './take.ts';

export interface Source {
  /** Everything produced so far, in a form the judge understands. */
  book: Expected[];
  /** Ends what is under way and resolves when the bus has taken all of it. */
  finish(): Promise<void>;
}

/** What a play does to its alert. */
export interface Actor {
  expected: Expected;
  person: Person;
  random: () => number;
  raise(): Promise<AlertEvent>;
  clear(): Promise<void>;
  /** Sends an event of its own once more, by another job. */
  again(event: AlertEvent): Promise<void>;
  /** The first message of this kind that the webhook took of it; null when the run ends before. */
  told(what: Take['what']): Promise<Take | null>;
  /** False when the run ends before. */
  pause(ms: number): Promise<boolean>;
  isOver(): boolean;
}

const lookEveryMs = 250;
/** So many alerts may be on their way to people: a busy machine gets fewer of them, not a queue that never ends. */
const underWayMost = 40;
const commonKinds = ['once', 'once', 'storm', 'twice', 'info', 'open'] as const;
const askedKinds = ['hidden', 'acked', 'released', 'announced'] as const;
/** Only Redis knows of silences and acknowledgements for certain: what is told past it is judged with the other kinds. */
const byBusAlone: ReadonlySet<Expected['kind']> = new Set(['acked', 'hidden', 'released', 'announced']);

/** Events with ids in their order, the id also in what they say: so the judge knows each in what a receiver logged. */
function createEvents() {
  let events = 0;
  return ({ service, kind: expected }: Expected, kind: AlertEvent['kind']): AlertEvent => {
    events += 1;
    return {
      id: `e${events}`,
      kind,
      level: kind === 'info' ? 'info' : expected === 'warned' ? 'warning' : 'critical',
      service,
      alertType: kind === 'info' ? 'backup_ok' : expected === 'warned' ? 'llm_fallback' : 'process_down',
      at: isoTime(Date.now()),
      params: { graceS: 10 },
      lastError: kind === 'clear' ? null : `e${events}`,
      incidentId: null,
    };
  };
}

/** Plays programs that raise and clear alerts as all of ours do, and people who silence and acknowledge them. */
export function startSource({ producer, receivers, socket }: Arena, random: () => number): Source {
  const book: Expected[] = [];
  const under = new Set<Promise<void>>();
  const onTheirWay = new Set<Expected>();
  let ended = false;
  const eventOf = createEvents();
  const sender = createEventSender(producer, createAlerterIntake({ socket }));
  const person = createPerson(producer, () => ended);
  const webhook = receivers.find(({ name }) => name === 'webhook');

  const sendOf = async ({ kind }: Expected, event: AlertEvent, jobId = event.id): Promise<number | null> => {
    if (!byBusAlone.has(kind)) return sender.send(event, jobId);
    await untilAdded(producer, event, jobId);
    return null;
  };
  const actorOf = (expected: Expected): Actor => ({
    ...{ expected, person, random },
    isOver: () => ended,
    raise: async () => {
      const event = eventOf(expected, expected.kind === 'info' ? 'info' : 'raise');
      const sent: Sent = { at: Date.now(), doorAt: null };
      expected.marks.push(event.id);
      expected.sent.set(event.id, sent);
      sent.doorAt = await sendOf(expected, event);
      return event;
    },
    clear: async () => {
      expected.cleared = { at: Date.now(), doorAt: null };
      expected.cleared.doorAt = await sendOf(expected, eventOf(expected, 'clear'));
    },
    again: async (event) => void (await sendOf(expected, event, `${event.id}-again`)),
    told: async (what) => {
      const ofIt = (take: Take) => take.service === expected.service && take.what === what;
      for (;;) {
        const found = webhook?.takes().find(ofIt);
        if (found || ended) return found ?? null;
        await sleep(lookEveryMs);
      }
    },
    pause: async (ms) => {
      const until = performance.now() + ms;
      while (!ended && performance.now() < until) await sleep(Math.min(lookEveryMs, ms));
      return !ended;
    },
  });
  const start = (service: string, kind: Expected['kind'], play: keyof typeof plays) => {
    const expected: Expected = { service, kind, marks: [], sent: new Map(), cleared: null, done: false };
    book.push(expected);
    if (kind === 'incident' || kind === 'info') onTheirWay.add(expected);
    const one = plays[play](actorOf(expected));
    under.add(one);
    void one.finally(() => under.delete(one));
  };
  /** Alerts that the webhook is to hear of, and has not. */
  const underWay = (): number => {
    const heard = new Set(webhook?.takes().map((take) => take.service));
    for (const expected of onTheirWay) if (heard.has(expected.service)) onTheirWay.delete(expected);
    return onTheirWay.size;
  };
  /** Begins something each while. */
  const each = async (betweenMs: number, begin: (n: number) => void) => {
    for (let n = 0; !ended; n++) {
      begin(n);
      do await sleep(betweenMs * (0.5 + random()));
      while (!ended && underWay() > underWayMost);
    }
  };
  for (const service of windowedServices) start(service, 'windowed', 'windows');
  for (const service of warnedServices) start(service, 'warned', 'windows');
  const loops = [
    each(330, (n) => {
      const play = pick(commonKinds, random);
      start(`k${n}`, play === 'info' ? 'info' : 'incident', play);
    }),
    each(900, (n) => {
      const kind = askedKinds[n % askedKinds.length] ?? 'hidden';
      const service = kind === 'acked' ? ackedServices[n] : `s${n}`;
      if (service !== undefined) start(service, kind, kind);
    }),
    each(700, (n) => {
      const service = fallenServices[n];
      if (service !== undefined) start(service, 'fallen', 'once');
    }),
  ];
  return {
    book,
    finish: async () => {
      ended = true;
      await Promise.all(loops);
      while (under.size > 0) await Promise.all(under);
    },
  };
}
