import type { OutgoingMessage, Receiver } from './channel.ts';
import { judgeStatus, postJson } from './http-try.ts';
import { addressesIn, mailText } from './mail-text.ts';

export interface SendgridSettings {
  key: string;
  from: string;
  to: string;
  /** `https://api.sendgrid.com`, or `https://api.eu.sendgrid.com` for accounts of the EU. */
  endpoint: string;
}

/** E-mail by SendGrid's v3 API. It has no key against repeats; its 202 means queued, not delivered. */
export function sendgridChannel(settings: SendgridSettings): Receiver {
  const url = new URL('/v3/mail/send', settings.endpoint).href;
  const headers = { authorization: `Bearer ${settings.key}` };
  return {
    kind: 'sendgrid',
    keyed: () => false,
    pace: { perSecond: 5, burst: 20, reserve: 0 },
    concurrency: 2,
    send: (message, limit) =>
      postJson({ url, headers, body: JSON.stringify(mailOf(message, settings)) }, limit, (answer) =>
        judgeStatus(answer),
      ),
  };
}

function mailOf(message: OutgoingMessage, { from, to }: SendgridSettings) {
  const { subject, text, messageId, thread } = mailText(message, from);
  return {
    personalizations: [{ to: addressesIn(to) }],
    from: addressesIn(from)[0],
    subject,
    content: [{ type: 'text/plain', value: text }],
    headers: { 'Message-ID': messageId, ...(thread && { References: thread, 'In-Reply-To': thread }) },
    custom_args: { yoban_nid: message.nid },
    // Else links in the text are rewritten to pass through SendGrid.
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
  };
}
