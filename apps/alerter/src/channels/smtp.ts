import { Readable } from 'node:stream';
import type { PluginFunction } from 'nodemailer';
import type { SendResult } from '../core/retry.ts';
import type { OutgoingMessage, Receiver } from './channel.ts';
import { mailText } from './mail-text.ts';
import type { TimeLimit } from './time-limit.ts';

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
    send: async (message, limit) => {
      const transport = await connect();
      const body = createBody(limit);
      transport.use('stream', body.plugin);
      const over = new AbortController();
      const forget = limit.onOver(() => over.abort());
      try {
        await transport.sendMail({ ...mailOf(message, settings), signal: over.signal });
        return { kind: 'sent' };
      } catch (error) {
        return failure(error, body.hasLeft());
      } finally {
        forget();
        transport.close();
      }
    },
  };
}

/** The mail's text, read only when the server has asked for it, and not once the limit is over: without its last line no mail is taken. */
function createBody(limit: TimeLimit): { plugin: PluginFunction; hasLeft: () => boolean } {
  let hasLeft = false;
  async function* inTime(source: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      if (limit.isOver()) throw new Error('too late');
      hasLeft = true;
      yield chunk;
    }
    if (limit.isOver()) throw new Error('too late');
  }
  return {
    hasLeft: () => hasLeft,
    plugin: ({ message }, done) => {
      const whole = message.createReadStream.bind(message);
      message.createReadStream = (options) => Readable.from(inTime(whole(options)));
      done();
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

const aboutUs = new Set([530, 534, 535, 538]);

/** 4xx asks to come again, 5xx refuses: the message, or us where it is about the login (RFC 4954, 6). A connection lost once the text has begun to leave may have delivered (RFC 1047). */
function failure(error: unknown, hasLeft: boolean): SendResult {
  const field = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined);
  const status = Number(field('responseCode'));
  const code = Number.isInteger(status) ? `smtp_${status}` : codeOf(String(field('code') ?? 'network'));
  if (status >= 400 && status < 500) return { kind: 'retry', code };
  if (field('code') === 'EAUTH' || aboutUs.has(status)) return { kind: 'refused', code };
  if (status >= 500) return { kind: 'permanent', code };
  return { kind: hasLeft ? 'unknown' : 'retry', code };
}

const codeOf = (word: string): string => (word === 'EABORT' || word === 'ESTREAM' ? 'timeout' : `smtp_${word}`);
