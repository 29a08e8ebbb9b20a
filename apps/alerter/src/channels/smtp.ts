import type { SendResult } from '../core/retry.ts';
import type { Channel, OutgoingMessage } from './channel.ts';

export interface SmtpSettings {
  /** smtp://[user:password@]host[:port] or smtps://…; a secret where it holds a password. */
  url: string;
  from: string;
  to: string;
}

const dialogueMs = { connection: 5_000, greeting: 5_000, socket: 8_000 };

/** E-mail by SMTP. nodemailer is loaded with the first mail: most days there is none. */
export function smtpChannel(name: string, settings: SmtpSettings): Channel {
  const connect = createConnect(settings.url);
  return {
    name,
    kind: 'smtp',
    pace: { perSecond: 5, burst: 20, reserve: 0 },
    concurrency: 2,
    send: async (message, signal) => {
      const transport = await connect();
      const abort = aborted(signal);
      try {
        return await Promise.race([transport.sendMail(mailOf(message, settings)).then(sent, failure), abort.result]);
      } finally {
        abort.forget();
        transport.close();
      }
    },
  };
}

function createConnect(address: string) {
  const { hostname } = new URL(address);
  // A mail server on this machine often offers STARTTLS with a certificate of its own making; nothing to gain there.
  const ignoreTLS = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
  return async () => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url: address,
      ignoreTLS,
      connectionTimeout: dialogueMs.connection,
      greetingTimeout: dialogueMs.greeting,
      socketTimeout: dialogueMs.socket,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
}

function mailOf(message: OutgoingMessage, { from, to }: SmtpSettings) {
  return {
    from,
    to,
    subject: message.subject,
    text: `${[message.head, ...message.lines].join('\n')}\n`,
    // Fixed on every try, so that a mailbox can tell a repeat. A nid has signs that RFC 5322 does not allow in an id.
    messageId: `<${message.nid.replace(/[^A-Za-z0-9_-]/g, (sign) => `=${sign.charCodeAt(0).toString(16)}`)}@${domainOf(from)}>`,
  };
}

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'yoban.invalid';

const sent = (): SendResult => ({ kind: 'sent' });

/** 4xx asks to come again, 5xx refuses: the message, or us where it is about the login (RFC 4954, 6). A connection lost once DATA has begun may have delivered (RFC 1047). */
function failure(error: unknown): SendResult {
  const field = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined);
  const status = Number(field('responseCode'));
  const code = Number.isInteger(status) ? `smtp_${status}` : `smtp_${String(field('code') ?? 'network')}`;
  if (status >= 400 && status < 500) return { kind: 'retry', code };
  if (field('code') === 'EAUTH' || aboutUs.has(status)) return { kind: 'refused', code };
  if (status >= 500) return { kind: 'permanent', code };
  // nodemailer names CONN for every lost connection; only these are certain to have come before the message.
  const message = error instanceof Error ? error.message : '';
  const early = field('syscall') === 'connect' || /^(Connection timeout|Greeting never received)/.test(message);
  return early || beforeData.has(String(field('code'))) ? { kind: 'retry', code } : { kind: 'unknown', code };
}

const beforeData = new Set(['EDNS', 'ETLS', 'ECONFIG']);
const aboutUs = new Set([530, 534, 535, 538]);

function aborted(signal: AbortSignal): { result: Promise<SendResult>; forget: () => void } {
  const { promise, resolve } = Promise.withResolvers<SendResult>();
  const onAbort = () => resolve({ kind: 'unknown', code: 'timeout' });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return { result: promise, forget: () => signal.removeEventListener('abort', onAbort) };
}
