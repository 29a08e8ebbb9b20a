import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { LiveMessage } from '@yoban/shared/contracts/live';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { silenceView } from '../core/known-silence.ts';
import type { Change } from './change.ts';
import { alertTime, newestRecords, type ReadModel } from './read-model.ts';
import type { Snapshot } from './snapshot.ts';

/** The part of a WebSocket that the hub needs. */
export interface LiveClient {
  readonly bufferedAmount: number;
  send(text: string): void;
  terminate(): void;
}

export interface LiveHub {
  /** Sends the snapshot and keeps the client up to date until `remove`. False when there are too many already. */
  add(client: LiveClient): boolean;
  remove(client: LiveClient): void;
  /** Input has come: pushes the health at once when a status, an alert or the process changed, else at most each second. */
  changed(change: Change | { kind: 'report' }): void;
  /** Each tick: a push, so that ages stay true. */
  tick(): void;
  close(): void;
}

const minGapMs = SECOND;
/** A client that leaves this much unread is dropped: it reconnects and gets a new snapshot, and nobody else waits for it. */
const maxBufferedBytes = 1024 * 1024;
const maxClients = 50;
const alertsShown = 50;

interface Options {
  model: ReadModel;
  snapshot: Snapshot;
  now: () => number;
}

export function createLiveHub({ model, snapshot, now }: Options): LiveHub {
  const { clients, send, broadcast, drop } = createRoom(now);
  let pushedAt = 0;
  let pushed = '';
  let timer: NodeJS.Timeout | undefined;

  const push = () => {
    clearTimeout(timer);
    timer = undefined;
    if (clients.size === 0) return;
    const { health, text } = snapshot.current(now());
    pushedAt = now();
    pushed = signature(health);
    broadcast('health', `"health":${text}`);
  };
  const pushSoon = () => {
    const waitMs = pushedAt + minGapMs - now();
    if (waitMs <= 0) push();
    else timer ??= setTimeout(push, waitMs);
  };
  return {
    add: (client) => {
      if (clients.size >= maxClients) return false;
      clients.set(client, 0);
      const alerts = newestRecords(model.alerts, alertsShown, alertTime);
      const backups = [...model.overviews.values()].map((one) => one.overview);
      const { text } = snapshot.current(now());
      send(
        client,
        'snapshot',
        `"health":${text},"alerts":${JSON.stringify(alerts)},"backups":${JSON.stringify(backups)}`,
      );
      return true;
    },
    remove: (client) => void clients.delete(client),
    changed: (change) => {
      snapshot.expire();
      if (clients.size === 0) return;
      for (const [type, body] of messagesOf(change, model, now())) broadcast(type, body);
      // A state that changed must not wait behind the last push of unchanged ones (a killed app is on the screen within 2 s).
      if (change.kind === 'alert' || signature(snapshot.current(now()).health) !== pushed) push();
      else pushSoon();
    },
    tick: () => {
      snapshot.expire();
      push();
    },
    close: () => {
      clearTimeout(timer);
      for (const client of [...clients.keys()]) drop(client);
    },
  };
}

/** What a change of the read model is to the page, as message type and body. */
function messagesOf(
  change: Change | { kind: 'report' },
  model: ReadModel,
  now: number,
): [LiveMessage['type'], string][] {
  const message = (type: LiveMessage['type'], name: string, value: unknown): [LiveMessage['type'], string][] =>
    value === undefined ? [] : [[type, `"${name}":${JSON.stringify(value)}`]];
  switch (change.kind) {
    case 'alert':
      return change.ids.flatMap((id) => message('alert', 'alert', model.alerts.get(id)));
    case 'backups':
      return message('backups', 'backups', model.overviews.get(change.db)?.overview);
    case 'silence': {
      const known = model.silences.get(change.id);
      return message('silence', 'silence', known && silenceView(known, now));
    }
    case 'alert-test':
      return message('alert-test', 'test', model.alertTests.get(change.id));
    case 'alert-audit':
      return message('alert-audit', 'audit', model.alertAudits.get(change.id));
    case 'incident':
      return message('incident', 'incident', model.incidents.get(change.id));
    case 'checks':
    case 'report':
    case 'nothing':
      return [];
    default:
      return change satisfies never;
  }
}

/** The clients with the number of each one's next message. */
function createRoom(now: () => number) {
  const clients = new Map<LiveClient, number>();
  const drop = (client: LiveClient) => {
    clients.delete(client);
    client.terminate();
  };
  /** `body` is the message without its head, already as JSON: the health text is made once for all clients. */
  const send = (client: LiveClient, type: LiveMessage['type'], body: string) => {
    const seq = clients.get(client) ?? 0;
    if (client.bufferedAmount > maxBufferedBytes) return drop(client);
    clients.set(client, seq + 1);
    client.send(`{"type":"${type}","seq":${seq},"serverTime":"${isoTime(now())}",${body}}`);
  };
  const broadcast = (type: LiveMessage['type'], body: string) => {
    for (const client of [...clients.keys()]) send(client, type, body);
  };
  return { clients, send, broadcast, drop };
}

/** What a person would call a change: the words of every check, the restarts and the reasons, but not ages and numbers. */
function signature({ status, checks, reasons, services }: HealthResponse): string {
  const { process, database, llm, tips, platforms, game, system, backups, kit } = checks;
  const words = [
    process,
    database,
    llm,
    tips,
    platforms.youtube,
    platforms.tiktok,
    platforms.obs,
    game,
    system,
    backups,
  ];
  return [
    status,
    ...words.map((one) => `${one.status}${one.stale}${one.configured}`),
    process.restart_count,
    kit.bus,
    kit.store,
    ...reasons.map((one) => `${one.check}/${one.code}`),
    ...services.map((one) => one.status),
  ].join(' ');
}
