import { z } from 'zod';
import type { SendResult } from '../core/retry.ts';
import type { Receiver } from './channel.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { jsonOf, judgeStatus, postJson } from './http-try.ts';
import { cutText, plainText, withoutMentions } from './message-text.ts';

export interface TelegramSettings {
  token: string;
  /** Number of a person, negative for a group, or `@name` of a channel. */
  chat: string;
  endpoint: string;
}

const textMaxChars = 4_096;

const Refusal = z.object({
  description: z.string().default(''),
  parameters: z.object({ retry_after: z.number().nonnegative().optional() }).default({}),
});

/** Telegram's `sendMessage`, without markup: nothing in the text is read as such. It has no key against repeats. */
export function telegramChannel({ token, chat, endpoint }: TelegramSettings): Receiver {
  const url = new URL(`/bot${token}/sendMessage`, endpoint).href;
  const isPerson = /^\d+$/.test(chat);
  return {
    kind: 'telegram',
    keyed: () => false,
    // A message a second to a person, 20 a minute to a group.
    pace: { perSecond: isPerson ? 1 : 0.33, burst: 5, reserve: 2 },
    concurrency: 1,
    send: (message, limit) => {
      const text = cutText(withoutMentions(plainText(message)), { max: textMaxChars });
      const body = JSON.stringify({ chat_id: chat, text, link_preview_options: { is_disabled: true } });
      return postJson({ url, body }, limit, telegramResult);
    },
  };
}

/** Answers about the chat or the bot: another message would fare no better. */
const aboutUs: readonly [RegExp, string][] = [
  [/chat not found/i, 'chat_not_found'],
  [/upgraded to a supergroup/i, 'chat_moved'],
  [/not enough rights|have no rights|CHAT_WRITE_FORBIDDEN/i, 'no_rights'],
];

/** 404: Telegram's answer to a token it does not know. */
function telegramResult(answer: HttpAnswer): SendResult {
  const told = Refusal.safeParse(jsonOf(answer.body)).data;
  const word = aboutUs.find(([text]) => text.test(told?.description ?? ''))?.[1] ?? '';
  const seconds = told?.parameters.retry_after;
  return judgeStatus(answer, {
    refused: word === '' ? [404] : [400, 404],
    word,
    afterMs: seconds === undefined ? null : seconds * 1_000,
  });
}
