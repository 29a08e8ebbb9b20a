import { createHash } from 'node:crypto';
import { type AlertEvent, AlertLabels, AlertParams } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import { levelOf } from './alertmanager/posted-alert.ts';
import { AnyTime } from './any-time.ts';
import { plainLine } from './plain-line.ts';

/** What an alert of ours needs besides the envelope. */
const AlertData = z.strictObject({
  service: z.string().min(1).max(200),
  alertType: z.string().min(1).max(200),
  /** Any sender's word for it; one that nobody knows is a WARNING. */
  severity: z.string().max(100).default('warning'),
  title: z.string().max(500).optional(),
  description: z.string().max(10_000).optional(),
  params: AlertParams.default({}),
  labels: AlertLabels.default({}),
  lastError: z.string().max(10_000).nullable().default(null),
  endsAt: AnyTime.nullable().default(null),
});

/** CloudEvents 1.0 as JSON (structured mode). Extension attributes are allowed by it and not read. */
const Envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.enum(['alert.raise', 'alert.clear', 'info']),
  time: AnyTime.optional(),
  data: AlertData,
});

/**
 * The event of a CloudEvent; two of the same source and id are the same event (T0). A CloudEvent in binary mode is brought into
 * this shape first. `now` is epoch ms.
 */
export function readCloudEvent(value: unknown, now: number): z.ZodSafeParseResult<AlertEvent> {
  return Envelope.transform(({ id, source, type, time, data }): AlertEvent => {
    const { service, alertType, severity, title, description, params, labels, lastError, endsAt } = data;
    const kind = type === 'info' ? 'info' : type === 'alert.clear' ? 'clear' : 'raise';
    const name = `${source.replaceAll('%', '%25').replaceAll('#', '%23')}#${id}`;
    return {
      id: name.length <= idMaxChars ? name : `ce-${createHash('sha256').update(name).digest('hex')}`,
      kind,
      level: kind === 'info' ? 'info' : levelOf(severity),
      service: plainLine(service, 200),
      alertType: plainLine(alertType, 200),
      at: time ?? isoTime(now),
      params,
      lastError: lastError === null ? null : plainLine(lastError, 500),
      incidentId: null,
      labels,
      endsAt: kind === 'raise' ? endsAt : null,
      text:
        title || description
          ? { title: plainLine(title || alertType, 200), description: plainLine(description ?? '', 2_000) }
          : null,
    };
  }).safeParse(value);
}

const idMaxChars = 200;

/** A request in binary mode as an envelope: attributes are headers `ce-…`, percent-encoded where they are not ASCII. */
export function envelopeOfHeaders(headers: Readonly<Record<string, unknown>>, data: unknown): Record<string, unknown> {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' ? [[name.slice('ce-'.length), decoded(value)]] : [],
  );
  return { ...Object.fromEntries(attributes), data };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    // A sender that means a bare % is taken at its word.
    if (error instanceof URIError) return value;
    throw error;
  }
}
