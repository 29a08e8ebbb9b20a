import { createHmac, hash } from 'node:crypto';
import { isoTime } from '@yoban/shared/contracts/time';
import type { MessageAbout, OutgoingMessage, Receiver } from './channel.ts';
import { judgeStatus, postJson } from './http-try.ts';
import { plainLine, plainLines } from './message-text.ts';

export interface WebhookSettings {
  /** The channel's name, which receivers of Alertmanager's payload look at. */
  name: string;
  url: string;
  /** Signs each request; null: unsigned. */
  secret: string | null;
  /** Sent as a bearer token; null: none. */
  token: string | null;
  /** Where a person reads on. */
  pageUrl: string;
}

/** Alertmanager's "has not ended". */
const notEnded = '0001-01-01T00:00:00Z';

/**
 * Any receiver of Alertmanager's webhook payload, version 4. `Idempotency-Key` is the same on every try: a receiver that keeps
 * to it acts once. `X-Yoban-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of `<seconds>.<body>` with the shared secret.
 */
export function webhookChannel(settings: WebhookSettings): Receiver {
  const auth: Record<string, string> = settings.token === null ? {} : { authorization: `Bearer ${settings.token}` };
  return {
    kind: 'webhook',
    keyed: () => true,
    pace: { perSecond: 10, burst: 50, reserve: 10 },
    // Each waits for the disk before and after it; a repeat of those that a kill leaves half way is known by its key. Fewer than the
    // burst: were all of that claimed at once and then held up, what is claimed next would arrive with it and be too much.
    concurrency: 48,
    send: (message, limit) => {
      const body = JSON.stringify(payloadOf(message, settings));
      const headers = {
        ...auth,
        'idempotency-key': headerSafe(message.nid),
        ...(settings.secret !== null && { 'x-yoban-signature': signature(settings.secret, body, Date.now()) }),
      };
      // 409: a request with this key is still being worked on.
      return postJson({ url: settings.url, headers, body }, limit, (answer) =>
        answer.status === 409 ? { kind: 'retry', code: 'http_409' } : judgeStatus(answer, { refused: [404, 410] }),
      );
    },
  };
}

export function signature(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** A header takes visible ASCII; a service's name may be Japanese. */
const headerSafe = (nid: string): string =>
  nid.replace(/[^\x21-\x7e]|%/g, (sign) => encodeURIComponent(sign.toWellFormed()));

function payloadOf(message: OutgoingMessage, { name, pageUrl }: WebhookSettings) {
  const { about, nid } = message;
  const labels = labelsOf(about);
  const annotations = { summary: plainLine(message.subject), description: plainLines(message).join('\n') };
  const status = about?.state === 'over' || about?.state === 'passed' ? 'resolved' : 'firing';
  const at = about === null ? notEnded : isoTime(about.at);
  const groupLabels = { service: labels.service, alertname: labels.alertname };
  return {
    version: '4',
    groupKey: about?.incident ?? nid,
    truncatedAlerts: 0,
    status,
    receiver: name,
    groupLabels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: pageUrl,
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: about === null ? at : isoTime(about.since),
        endsAt: status === 'resolved' ? at : notEnded,
        generatorURL: pageUrl,
        fingerprint: hash('sha256', JSON.stringify(groupLabels)).slice(0, 16),
      },
    ],
    // Beyond Alertmanager: what this message is, for receivers of our own.
    yoban: { nid, state: about?.state ?? 'test' },
  };
}

function labelsOf(about: MessageAbout | null) {
  if (about === null) return { service: 'yoban', alertname: 'test', severity: 'info' };
  return { ...about.labels, service: about.service, alertname: about.alertType, severity: about.level };
}
