import { createHash } from 'node:crypto';
import { isoTime } from '@yoban/shared/contracts/time';
import type { SendResult } from '../core/retry.ts';
import type { MessageAbout, OutgoingMessage, Receiver } from './channel.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { judgeStatus, postJson } from './http-try.ts';
import { cutText, plainLine, plainLines } from './message-text.ts';

export interface PagerdutySettings {
  /** Integration key of a service, "Events API V2". */
  key: string;
  /** `https://events.pagerduty.com`, or `https://events.eu.pagerduty.com`. */
  endpoint: string;
  /** Where a person reads on. */
  pageUrl: string;
}

type Action = 'trigger' | 'acknowledge' | 'resolve';

const summaryMaxChars = 1_024;
const keyMaxChars = 255;
const busyMs = 30_000;
const actions: Readonly<Record<MessageAbout['state'], readonly Action[]>> = {
  open: ['trigger'],
  acknowledged: ['acknowledge'],
  over: ['resolve'],
  // Its incident may have been opened by a try that nobody heard of.
  passed: ['trigger', 'resolve'],
  // Told and over: whoever is on duty sees it, and nothing stays open.
  event: ['trigger', 'resolve'],
};

/**
 * PagerDuty's Events API v2. Incidents have one key from their raise to their recovery, so a repeated event changes nothing:
 * one more `trigger` joins the open incident, one more `resolve` finds nothing open.
 */
export function pagerdutyChannel(settings: PagerdutySettings): Receiver {
  const url = new URL('/v2/enqueue', settings.endpoint).href;
  return {
    kind: 'pagerduty',
    keyed: () => true,
    // About 120 events a minute for one key.
    pace: { perSecond: 2, burst: 20, reserve: 5 },
    concurrency: 2,
    send: async (message, limit) => {
      let result: SendResult = { kind: 'sent' };
      for (const action of actions[message.about?.state ?? 'event']) {
        const body = JSON.stringify(eventOf(action, message, settings));
        result = await postJson({ url, body }, limit, pagerdutyResult);
        if (result.kind !== 'sent') return result;
      }
      return result;
    },
  };
}

function eventOf(action: Action, message: OutgoingMessage, { key, pageUrl }: PagerdutySettings) {
  const { about, nid } = message;
  const head = { routing_key: key, event_action: action, dedup_key: dedupKey(about?.incident ?? nid) };
  if (action !== 'trigger') return head;
  const details = { ...about?.labels, text: plainLines(message).slice(1).join('\n') };
  return {
    ...head,
    client: 'yoban',
    client_url: pageUrl,
    payload: {
      summary: cutText(plainLine(message.subject), { max: summaryMaxChars }),
      source: about?.service ?? 'yoban',
      severity: about?.level ?? 'info',
      ...(about && { timestamp: isoTime(about.at), component: about.service, class: about.alertType }),
      custom_details: details,
    },
  };
}

/** PagerDuty takes 255 characters; a longer id keeps its beginning and a hash of the whole. */
function dedupKey(incident: string): string {
  if (incident.length <= keyMaxChars) return incident;
  const hash = createHash('sha256').update(incident).digest('hex');
  return `${incident.slice(0, keyMaxChars - hash.length - 1).toWellFormed()}#${hash}`;
}

/** A 400 that names the routing key is about us. A 429 has no Retry-After. */
function pagerdutyResult(answer: HttpAnswer): SendResult {
  const aboutKey = /routing[_ ]key/i.test(answer.body);
  const afterMs = answer.headers.get('retry-after') !== null ? null : busyMs;
  return judgeStatus(answer, { afterMs, ...(aboutKey && { refused: [400], word: 'routing_key' }) });
}
