import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { hostname } from 'node:os';
import tls from 'node:tls';

const limitMs = 10_000;

/**
 * Sends one mail by SMTP: `smtp://user:password@host:587` (STARTTLS where the server offers it) or `smtps://`. Throws when the server
 * does not take it. A password is never sent over a line that is not encrypted, but for one to this machine.
 */
export async function tellMail({ url, from, to }, message) {
  const server = new URL(url);
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const secure = server.protocol === 'smtps:';
  const place = { host, port: Number(server.port || (secure ? 465 : 587)) };
  let talk = createTalk(secure ? tls.connect({ ...place, ...nameOf(host) }) : net.connect(place));
  const timer = setTimeout(() => talk.end(new Error('no answer')), limitMs);
  try {
    await talk.hear(220);
    let offers = await greet(talk);
    let encrypted = secure;
    if (!secure && /^250[- ]STARTTLS/im.test(offers)) {
      await talk.say('STARTTLS', 220);
      talk = createTalk(tls.connect({ socket: talk.release(), ...nameOf(host) }));
      offers = await greet(talk);
      encrypted = true;
    }
    if (server.username) await signIn(talk, server, encrypted || isLoopback(host));
    await send(talk, { from, to }, message);
    await talk.say('QUIT', 221);
  } finally {
    clearTimeout(timer);
    talk.end(null);
  }
}

/** A mail server of this machine has a certificate that it signed itself; nobody stands between it and us. */
const nameOf = (host) => ({
  ...(net.isIP(host) ? {} : { servername: host }),
  rejectUnauthorized: !isLoopback(host),
});
const isLoopback = (host) => host === 'localhost' || host === '::1' || host.startsWith('127.');
const greet = (talk) => talk.say(`EHLO ${hostname().replace(/[^A-Za-z0-9.-]/g, '-') || 'localhost'}`, 250);

async function signIn(talk, { username, password }, mayTell) {
  if (!mayTell) throw new Error('the server offers no encryption, so the password was not sent');
  const secret = ['', decodeURIComponent(username), decodeURIComponent(password)].join('\0');
  await talk.say(`AUTH PLAIN ${Buffer.from(secret).toString('base64')}`, 235);
}

async function send(talk, { from, to }, { subject, head, lines }) {
  await talk.say(`MAIL FROM:<${addressOf(from)}>`, 250);
  for (const one of to) await talk.say(`RCPT TO:<${addressOf(one)}>`, 250);
  await talk.say('DATA', 354);
  const body = Buffer.from(`${head}\n\n${lines.join('\n')}\n`).toString('base64');
  const headers = [
    `From: ${plain(from)}`,
    `To: ${to.map(plain).join(', ')}`,
    `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@yoban.guardian>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ];
  // Base64 has no line that begins with a dot.
  await talk.say([...headers, '', ...(body.match(/.{1,76}/g) ?? []), '.'].join('\r\n'), 250);
}

const plain = (text) => text.replace(/[\r\n]/g, ' ');
/** `Yoban <night@example.org>` has its address in brackets. */
const addressOf = (text) => (/<([^<>\s]+)>/.exec(text)?.[1] ?? text).replace(/[\s<>]/g, '');

/** One side of an SMTP dialogue: what is said waits for an answer of the code that is wanted (RFC 5321). */
function createTalk(socket) {
  let text = '';
  let waiting = null;
  let failed = null;
  const fail = (error) => {
    failed ??= error;
    waiting?.reject(failed);
    waiting = null;
  };
  const look = () => {
    const whole = /^(?:\d{3}-.*\r\n)*(\d{3}) .*\r\n/.exec(text);
    if (!whole || !waiting) return;
    text = text.slice(whole[0].length);
    const { code, resolve, reject } = waiting;
    waiting = null;
    if (whole[1] === String(code)) resolve(whole[0]);
    else reject(new Error(`SMTP ${whole[0].trim()}`));
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    text += chunk;
    look();
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  const hear = (code) =>
    new Promise((resolve, reject) => {
      if (failed) return reject(failed);
      waiting = { code, resolve, reject };
      look();
    });
  return {
    hear,
    say: (line, code) => {
      socket.write(`${line}\r\n`);
      return hear(code);
    },
    /** The socket, for TLS on top of it. */
    release: () => {
      for (const event of ['data', 'error', 'close']) socket.removeAllListeners(event);
      socket.setEncoding();
      return socket;
    },
    end: (error) => {
      if (error) fail(error);
      socket.destroy();
    },
  };
}
