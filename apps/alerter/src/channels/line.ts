import { z } from 'zod';
import type { SendResult } from '../core/retry.ts';
import type { ChannelNote, Receiver } from './channel.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { jsonOf, judgeStatus, postJson } from './http-try.ts';
import { createLineQuota } from './line-quota.ts';
import { cutText, plainText } from './message-text.ts';
import { uuidV5 } from './uuid-v5.ts';

export interface LineSettings {
  /** Channel access token of the Messaging API. */
  token: string;
  /** Id of a person (`U…`), a group (`C…`) or a room (`R…`). */
  to: string;
  endpoint: string;
  now?: () => number;
}

const textMaxUnits = 5_000;
const Refusal = z.object({
  message: z.string().default(''),
  details: z.array(z.object({ property: z.string().optional() })).default([]),
});

/**
 * Push messages of LINE's Messaging API. The retry key goes with every try from the first one on: LINE takes a message with a
 * known key as done for 24 h and answers 409, so a repeat never arrives twice. Messages are counted by the month.
 */
export function lineChannel(settings: LineSettings, report: (note: ChannelNote) => void): Receiver {
  const { token, to, endpoint, now } = settings;
  const url = new URL('/v2/bot/message/push', endpoint).href;
  const authorization = `Bearer ${token}`;
  const quota = createLineQuota({ endpoint, authorization, to, report, ...(now && { now }) });
  return {
    kind: 'line',
    keyed: () => true,
    pace: { perSecond: 10, burst: 20, reserve: 5 },
    concurrency: 2,
    send: async (message, limit) => {
      const left = await quota.mayPush();
      if (left !== null) return left;
      const text = cutText(plainText(message), { max: textMaxUnits });
      const body = JSON.stringify({ to, messages: [{ type: 'text', text }] });
      const headers = { authorization, 'x-line-retry-key': uuidV5(message.nid) };
      const result = await postJson({ url, headers, body }, limit, (answer) => {
        if (isMonthlyLimit(answer)) return quota.onLimit();
        if (answer.status === 200) quota.onPushed();
        return lineResult(answer);
      });
      quota.afterTry();
      return result;
    },
  };
}

/** Both limits of LINE answer 429; only the words tell the one of the month from the one of the second. */
const isMonthlyLimit = ({ status, body }: HttpAnswer): boolean =>
  status === 429 && /monthly limit/i.test(Refusal.safeParse(jsonOf(body)).data?.message ?? '');

/** 409: the key is known, so an earlier try arrived. A 400 about `to` is about the address, any other about the message. */
function lineResult(answer: HttpAnswer): SendResult {
  if (answer.status === 409) return { kind: 'sent' };
  const told = Refusal.safeParse(jsonOf(answer.body)).data;
  const aboutTo = told?.details.some(({ property }) => property === 'to') || /'to'/.test(told?.message ?? '');
  return judgeStatus(answer, aboutTo ? { refused: [400], word: 'to' } : {});
}
