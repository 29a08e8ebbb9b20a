import type { Message } from '../core/message.ts';
import type { SendResult } from '../core/retry.ts';
import type { Receiver } from './channel.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { judgeStatus, postJson } from './http-try.ts';
import { cutText, plainLines } from './message-text.ts';

/** An attachment's text is cut beyond this; Slack shows about as much before "show more". */
const textMaxChars = 3_000;

/** Slack's incoming webhook: one POST, one attachment (A2). Its address is the secret; `channel` asks for another than its own. */
export function slackChannel({ url, channel }: { url: string; channel?: string }): Receiver {
  return {
    kind: 'slack',
    keyed: () => false,
    // Slack takes a message a second and short bursts; an app that ignores its 429s is switched off.
    pace: { perSecond: 1, burst: 6, reserve: 3 },
    concurrency: 4,
    send: (message, limit) => {
      const attachments = [{ color: message.color, text: slackText(message) }];
      const body = JSON.stringify({ ...(channel !== undefined && { channel }), attachments });
      return postJson({ url, body }, limit, judge);
    },
  };
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Slack reads & < > as markup: escaped, neither `<!channel>` nor a forged link in a service's text does anything. */
export const slackText = (message: Message): string =>
  cutText(`${message.emoji} ${plainLines(message).join('\n')}`, {
    max: textMaxChars,
    markup: (sign) => entities[sign] ?? sign,
  });

/** 404 and 410: the webhook is unknown, or its channel is closed to it; nothing the message could change. */
function judge(answer: HttpAnswer): SendResult {
  // Slack's refusals are one word, such as invalid_payload; anything longer stays out of our log.
  const word = /^[a-z_]{1,40}$/.exec(answer.body.trim())?.[0] ?? '';
  const refused = word === 'invalid_token' ? [400, 404, 410] : [404, 410];
  return judgeStatus(answer, { refused, word });
}
