import type { SendResult } from '../core/retry.ts';
import type { OutgoingMessage, Receiver } from './channel.ts';
import { mailText } from './mail-text.ts';

export interface SmtpSettings {
  /** smtp://[user:password@]host[:port] or smtps://…; a secret where it holds a password. */
  url: string;
  from: string;
  to: string;
}

const dialogueMs = { connection: 5_000, greeting: 5_000, socket: 8_000 };

/** E-mail by SMTP. nodemailer is loaded with the first mail: most days there is none. */
export function smtpChannel(settings: SmtpSettings): Receiver {
  const connect = createConnect(settings.url);
  return {
    kind: 'smtp',
    keyed: () => false,
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
  const { thread, ...mail } = mailText(message, from);
  return { from, to, ...mail, ...(thread && { references: thread, inReplyTo: thread }) };
}

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
