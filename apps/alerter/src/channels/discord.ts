import { z } from 'zod';
import type { Message } from '../core/message.ts';
import type { SendResult } from '../core/retry.ts';
import type { Receiver } from './channel.ts';
import type { AnswerHeaders, HttpAnswer } from './http-exchange.ts';
import { jsonOf, judgeStatus, postJson } from './http-try.ts';
import { cutText, plainLine, plainLines, sign, withoutMentions } from './message-text.ts';

const contentMaxChars = 2_000;
const descriptionMaxChars = 4_096;
const colors: Readonly<Record<Message['color'], number>> = { danger: 0xd00000, warning: 0xdaa038, good: 0x2eb886 };

const Refusal = z.object({ code: z.int().optional(), retry_after: z.number().nonnegative().optional() });

/** Discord's webhook. Its address is the secret. It has no key against repeats. */
export function discordChannel({ url }: { url: string }): Receiver {
  // Without `wait` Discord answers before it has kept the message, and says nothing when it could not.
  const address = new URL(url);
  address.searchParams.set('wait', 'true');
  let freeAtMs = 0;
  const judge = (answer: HttpAnswer): SendResult => {
    const pauseMs = emptyForMs(answer.headers);
    if (pauseMs !== null) freeAtMs = performance.now() + pauseMs;
    return discordResult(answer);
  };
  return {
    kind: 'discord',
    keyed: () => false,
    // About 30 a minute for one webhook, 5 at once.
    pace: { perSecond: 0.5, burst: 5, reserve: 2 },
    concurrency: 1,
    send: async (message, limit) => {
      const waitMs = freeAtMs - performance.now();
      // Ten thousand refused requests in ten minutes get the whole address banned: a known wait is kept without asking.
      if (waitMs > 0) return { kind: 'busy', code: 'rate_limit', afterMs: waitMs };
      return postJson({ url: address.href, body: JSON.stringify(discordBody(message)) }, limit, judge);
    },
  };
}

/** The head as content, which is what a telephone shows first; the lines below it in an embed of the level's colour. */
function discordBody(message: Message) {
  const [, ...lines] = plainLines(message);
  return {
    content: discordText(`${sign[message.color]} ${plainLine(message.head)}`, contentMaxChars),
    embeds: [{ color: colors[message.color], description: discordText(lines.join('\n'), descriptionMaxChars) }],
    allowed_mentions: { parse: [] },
  };
}

const discordText = (text: string, max: number): string =>
  cutText(withoutMentions(text), { max, markup: (one) => (/[\\*_~`|<>#(]/.test(one) ? `\\${one}` : one) });

/** Milliseconds until the next request may come, where this answer used up the last one. */
function emptyForMs(headers: AnswerHeaders): number | null {
  if (headers.get('x-ratelimit-remaining') !== '0') return null;
  const seconds = Number(headers.get('x-ratelimit-reset-after'));
  return Number.isFinite(seconds) ? seconds * 1_000 : null;
}

/** 404: the webhook was deleted and never comes back. Discord asks that it is not tried again. */
function discordResult(answer: HttpAnswer): SendResult {
  const told = Refusal.safeParse(jsonOf(answer.body)).data;
  return judgeStatus(answer, {
    permanent: [404],
    word: told?.code === undefined ? '' : String(told.code),
    afterMs: told?.retry_after === undefined ? null : told.retry_after * 1_000,
  });
}
