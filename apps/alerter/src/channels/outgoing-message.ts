import { composeMessage, type MessageStyle, type Sending } from '../core/message.ts';
import { displayName } from '../core/message-style.ts';
import type { Notice, OutboxRow } from '../core/notice.ts';
import type { MessageAbout, OutgoingMessage } from './channel.ts';

const states: Readonly<Record<Notice['kind'], MessageAbout['state']>> = {
  raise: 'open',
  still: 'open',
  escalation: 'open',
  ack: 'acknowledged',
  recovery: 'over',
  passed: 'passed',
  info: 'event',
  summary: 'event',
  digest: 'event',
  fold: 'event',
  backlog: 'event',
};

/** A row of the outbox in the words of its channel's readers. */
export function outgoingMessage(row: OutboxRow, style: MessageStyle, sending: Sending): OutgoingMessage {
  return { ...composeMessage(row.notice, style, sending), nid: row.sentAs ?? row.nid, about: aboutOf(row, style) };
}

function aboutOf({ nid, notice, recordIds }: OutboxRow, style: MessageStyle): MessageAbout {
  const state = states[notice.kind];
  const alert = 'alertType' in notice ? notice : null;
  const services = 'entries' in notice ? [...new Set(notice.entries.map((one) => one.service))] : [notice.service];
  return {
    state,
    incident: state === 'event' ? nid : (recordIds[0] ?? nid),
    service: services.join(', '),
    serviceName: services.map((one) => displayName(one, style)).join(', '),
    alertType: alert?.alertType ?? notice.kind,
    level: alert?.level ?? (notice.kind === 'digest' ? 'warning' : 'info'),
    since: alert?.since ?? notice.at,
    at: notice.at,
    labels: alert?.labels ?? {},
  };
}
