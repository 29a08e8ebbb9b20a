import type { AlertLevel } from '@yoban/shared/contracts/alert';
import { HOUR } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import type { SendResult } from '../core/retry.ts';
import type { OutgoingMessage, Receiver } from './channel.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { jsonOf, judgeStatus, postJson } from './http-try.ts';
import { bytesOf, cutText, plainLine, plainLines, sign } from './message-text.ts';
import { uuidV5 } from './uuid-v5.ts';

export interface NtfySettings {
  /** `https://server/topic`: whoever knows the topic can read it. */
  url: string;
  token: string | null;
}

/** Longer ones become a file that somebody has to open. */
const messageMaxBytes = 4_096;
const titleMaxBytes = 250;
const dailyLimitCode = 42_908;
const priorities: Readonly<Record<AlertLevel, number>> = { critical: 5, warning: 4, info: 3 };

const Answer = z.object({ sequence_id: z.string().optional(), code: z.int().optional() });

/**
 * A topic of an ntfy server. From version 2.16 on a message with a known sequence id replaces the earlier one in place; older
 * servers show it twice and do not name the id in their answer, which is how they are told apart. Until a server has answered
 * it counts as an old one.
 */
export function ntfyChannel({ url, token }: NtfySettings): Receiver {
  const { root, topic } = placeOf(url);
  const auth: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  let replaces = false;
  return {
    kind: 'ntfy',
    keyed: () => replaces,
    // ntfy.sh: 60 at once, then one every 5 s.
    pace: { perSecond: 0.2, burst: 30, reserve: 10 },
    concurrency: 2,
    send: (message, limit) => {
      const sequenceId = uuidV5(message.nid);
      const headers = { ...auth, 'x-sequence-id': sequenceId };
      return postJson({ url: root, headers, body: JSON.stringify(ntfyBody(topic, message)) }, limit, (answer) => {
        if (answer.status === 200) replaces = Answer.safeParse(jsonOf(answer.body)).data?.sequence_id === sequenceId;
        return ntfyResult(answer);
      });
    },
  };
}

/** A message as JSON goes to the server's root, with its topic inside. */
function placeOf(url: string): { root: string; topic: string } {
  const address = new URL(url);
  const parts = address.pathname.split('/').filter(Boolean);
  const topic = decodeURIComponent(parts.pop() ?? '');
  address.pathname = `/${parts.join('/')}`;
  return { root: address.href, topic };
}

/** As JSON, since a title in a header could not hold Japanese. ntfy reads no markup unless asked to. */
function ntfyBody(topic: string, message: OutgoingMessage) {
  const [, ...lines] = plainLines(message);
  return {
    topic,
    title: cutText(`${sign[message.color]} ${plainLine(message.head)}`, { max: titleMaxBytes, sizeOf: bytesOf }),
    message: cutText(lines.join('\n'), { max: messageMaxBytes, sizeOf: bytesOf }),
    priority: message.color === 'good' ? 3 : priorities[message.about?.level ?? 'info'],
  };
}

function ntfyResult(answer: HttpAnswer): SendResult {
  const code = answer.status < 300 ? undefined : Answer.safeParse(jsonOf(answer.body)).data?.code;
  const word = code === undefined ? '' : String(code);
  if (code === dailyLimitCode) return { kind: 'quota', code: `http_429_${word}`, afterMs: HOUR };
  return judgeStatus(answer, { refused: [404], word });
}
