import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { createFakeScript, type Fake, type FakeOptions, type FakeStep } from './fake-script.ts';

export interface LoggedMail {
  at: number;
  from: string;
  to: string[];
  /** The message as it came in DATA. */
  raw: Buffer;
  /** Unfolded headers, names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Subject with RFC 2047 words decoded. */
  subject: string;
  /** Body text, decoded. */
  text: string;
  step: FakeStep['do'];
  /** 250, the scripted code, or null when nothing was answered. */
  status: number | null;
}

export interface FakeSmtp extends Fake<LoggedMail> {
  /** Mails the receiver took: 250, or cut or left hanging after it had them. */
  mails(): LoggedMail[];
}

export interface FakeSmtpOptions extends FakeOptions {
  /** How long the server takes over each name of the envelope; none unless told. */
  dialogueMs?: number;
}

/** A mail server on loopback without STARTTLS. A scripted `reply` answers at the end of DATA with that code. */
export async function startFakeSmtp(options: FakeSmtpOptions = {}): Promise<FakeSmtp> {
  const script = createFakeScript(options.script);
  const log: LoggedMail[] = [];
  const sockets = new Map<number, Socket>();
  const cut = (session: SMTPServerSession) => void sockets.get(session.remotePort)?.resetAndDestroy();

  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const step = script.take();
    const mail = readMail(Buffer.concat(chunks), session, step);
    log.push(mail);
    if (step.delayMs) await sleep(step.delayMs);
    return { step, mail };
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    ...(options.dialogueMs !== undefined && slowly(options.dialogueMs)),
    onData: (stream, session, callback) => {
      take(stream, session).then(({ step, mail }) => {
        if (step.do === 'hang') return;
        if (step.do === 'reset-after-accept' || step.do === 'outage') return cut(session);
        mail.status = step.do === 'reply' ? step.status : 250;
        if (step.do === 'ok') return callback(null);
        callback(Object.assign(new Error(step.body ?? 'scripted answer'), { responseCode: step.status }));
      }, callback);
    },
  });
  // A client cut in mid-dialogue is what the script asked for.
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    if (script.isOut()) return void socket.resetAndDestroy();
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.on('close', () => sockets.delete(port));
  });
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    requests: () => log,
    mails: () => log.filter((one) => one.status === 250 || one.step === 'reset-after-accept' || one.step === 'hang'),
    script: (steps) => script.set(steps),
    stop: async () => {
      for (const socket of sockets.values()) socket.destroy();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
    },
  };
}

const slowly = (ms: number) => ({
  onMailFrom: (_: unknown, __: unknown, callback: () => void) => void setTimeout(callback, ms),
  onRcptTo: (_: unknown, __: unknown, callback: () => void) => void setTimeout(callback, ms),
});

function readMail(raw: Buffer, session: SMTPServerSession, step: FakeStep): LoggedMail {
  const text = raw.toString('latin1');
  const split = text.indexOf('\r\n\r\n');
  const head = text.slice(0, split).replace(/\r\n[ \t]+/g, ' ');
  const headers = Object.fromEntries(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const { mailFrom, rcptTo } = session.envelope;
  return {
    at: Date.now(),
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map((one) => one.address),
    raw,
    headers,
    subject: decodeWords(headers.subject ?? ''),
    text: decodeBody(text.slice(split + 4), headers['content-transfer-encoding'] ?? '7bit'),
    step: step.do,
    status: null,
  };
}

const quotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** RFC 2047: `=?UTF-8?Q?…?=` and `=?UTF-8?B?…?=`; blanks between two words fall away. */
const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind: string, body: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(body, 'base64').toString('utf8')
        : quotedPrintable(body.replaceAll('_', ' ')),
    );

function decodeBody(body: string, encoding: string): string {
  const text =
    encoding.toLowerCase() === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding.toLowerCase() === 'quoted-printable'
        ? quotedPrintable(body.replace(/=\r\n/g, ''))
        : Buffer.from(body, 'latin1').toString('utf8');
  return text.replaceAll('\r\n', '\n').trimEnd();
}
