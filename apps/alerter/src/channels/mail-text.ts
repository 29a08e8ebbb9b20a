import type { OutgoingMessage } from './channel.ts';
import { cutText, plainLine, plainLines } from './message-text.ts';

const subjectMaxChars = 250;
const headerSafe = /[^A-Za-z0-9_-]/g;

/** The parts of a mail that do not depend on how it travels. */
export interface MailText {
  /** One line without controls: nothing in it can begin a header of its own. */
  subject: string;
  text: string;
  messageId: string;
  /** An id all mails of an incident name, so that a mailbox shows them as one thread; null for what belongs to none. */
  thread: string | null;
}

/** Both ids are the same on every try, so that a mailbox can tell a repeat. `from` gives their domain. */
export function mailText(message: OutgoingMessage, from: string): MailText {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'yoban.invalid';
  const { about, nid } = message;
  return {
    subject: cutText(plainLine(message.subject), { max: subjectMaxChars }),
    text: `${plainLines(message).join('\n')}\n`,
    messageId: mailId(nid, domain),
    thread: about === null || about.state === 'event' ? null : mailId(about.incident, domain),
  };
}

/** An id has signs that RFC 5322 does not allow in a Message-ID. */
const mailId = (id: string, domain: string): string =>
  `<${id.replace(headerSafe, (sign) => `=${sign.charCodeAt(0).toString(16)}`)}@${domain}>`;

/** `a@b, Name <c@d>` as a list. */
export const addressesIn = (to: string): { email: string; name?: string }[] =>
  to
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const named = /^(.*?)\s*<([^<>]+)>$/.exec(one);
      const name = named?.[1]?.replace(/^"(.*)"$/, '$1');
      return named?.[2] ? { email: named[2], ...(name && { name }) } : { email: one };
    });
