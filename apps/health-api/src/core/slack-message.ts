import type { AlertEvent, AlertLevel } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import { plainLine } from './plain-line.ts';

const Attachment = z.looseObject({
  color: z.string().nullish(),
  text: z.string().nullish(),
  title: z.string().nullish(),
  fallback: z.string().nullish(),
});

/** A message as scripts post it to a Slack webhook; what we do not read is left aside, as Slack does. */
export const SlackMessage = z.looseObject({
  text: z.string().nullish(),
  attachments: z.array(Attachment).max(20).nullish(),
});
export type SlackMessage = z.infer<typeof SlackMessage>;

export interface SlackContext {
  /** Name of the hook, and the service its alerts are about. */
  hook: string;
  service: string;
  /** Names the post; each of its alerts is named by it and its place. */
  postId: string;
  /** Epoch ms. */
  now: number;
  /** True when this alert of the service is known to be open. */
  isOpen: (alertType: string) => boolean;
}

/** The alerts of a message: one for each attachment, or its text alone. Empty where it says nothing. */
export function slackEvents(message: SlackMessage, context: SlackContext): AlertEvent[] {
  const attached = (message.attachments ?? []).map(({ color, text, title, fallback }) => ({
    color: color ?? null,
    text: text || title || fallback || message.text || '',
  }));
  const all = attached.length > 0 ? attached : [{ color: null, text: message.text ?? '' }];
  return all
    .filter(({ text }) => text.trim() !== '')
    .flatMap((part, place) => partEvents(part, { ...context, postId: `${context.postId}-${place}` }));
}

interface Part {
  color: string | null;
  text: string;
}

function partEvents(part: Part, context: SlackContext): AlertEvent[] {
  const { tag, topic, outcome } = readTag(part.text);
  const alertType = `${context.hook}_${topic}`;
  const one = (kind: AlertEvent['kind'], level: AlertLevel): AlertEvent => ({
    id: `hook-${context.postId}-${kind}`,
    kind,
    level,
    service: context.service,
    alertType,
    at: isoTime(context.now),
    params: {},
    lastError: null,
    incidentId: null,
    labels: { hook: context.hook },
    endsAt: null,
    text: {
      title: plainLine(titleOf(topic, tag, part.text), 200),
      // `:x:` is Slack's way to write a picture; other receivers would show the letters.
      description: plainLine(part.text.replace(/^\s*:[a-z0-9_+-]+:\s*/i, ''), 2_000),
    },
  });
  if (outcome === 'good') {
    const clear = one('clear', 'critical');
    // [RECOVERED] says no more than that. [Backup OK] is news of its own while nothing was wrong.
    return topic === 'health' || context.isOpen(alertType) ? [clear] : [clear, one('info', 'info')];
  }
  const level = levelOf(part.color, tag);
  return level === 'info' ? [one('info', 'info')] : [one('raise', level)];
}

interface Tag {
  /** As it was written, in lower case; null: none. */
  tag: string | null;
  /** Names the alert beside the hook. */
  topic: string;
  outcome: 'bad' | 'good' | 'unsaid';
}

/** One health check speaks by all of these: it is one alert, whichever it was raised by. */
const healthTags: Record<string, Tag['outcome']> = {
  alert: 'bad',
  warning: 'bad',
  critical: 'bad',
  recovered: 'good',
};

/** `[Backup FAILED]` and `[Backup OK]` are about one thing, and so is any other pair of these endings. */
function readTag(text: string): Tag {
  const tag = /\[([^\]\n]{1,60})\]/.exec(text)?.[1]?.trim().toLowerCase() ?? null;
  if (tag === null) return { tag, topic: 'message', outcome: 'unsaid' };
  const health = healthTags[tag];
  if (health) return { tag, topic: 'health', outcome: health };
  const [, about = tag, end] = /^(.+?)\s+(failed|ok)$/.exec(tag) ?? [];
  const topic = about.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, '') || 'message';
  return { tag, topic, outcome: end === 'ok' ? 'good' : end === 'failed' ? 'bad' : 'unsaid' };
}

/** What the alert is about, for the line that says it is over. */
const titleOf = (topic: string, tag: string | null, text: string): string =>
  tag === null || topic === 'message' ? text : topic === 'health' ? 'Health check' : topic.replaceAll('_', ' ');

/** By its colour; without one by its tag. A plain text is an INFO, a colour that nobody knows a WARNING. */
function levelOf(color: string | null, tag: string | null): AlertLevel {
  if (color === 'danger') return 'critical';
  if (color === 'warning') return 'warning';
  if (color === 'good') return 'info';
  if (tag === 'critical' || tag === 'alert' || tag?.endsWith(' failed')) return 'critical';
  return tag === 'warning' || color !== null ? 'warning' : 'info';
}
