import type { FakeDiscord } from '@yoban/shared/testing/fake-discord';
import type { FakeLine } from '@yoban/shared/testing/fake-line';
import type { FakeNtfy } from '@yoban/shared/testing/fake-ntfy';
import type { FakePagerduty } from '@yoban/shared/testing/fake-pagerduty';
import type { FakeSendgrid } from '@yoban/shared/testing/fake-sendgrid';
import type { FakeSlack } from '@yoban/shared/testing/fake-slack';
import type { FakeSmtp } from '@yoban/shared/testing/fake-smtp';
import type { FakeTelegram } from '@yoban/shared/testing/fake-telegram';
import type { FakeWebhook } from '@yoban/shared/testing/fake-webhook';
import { fieldOf, jsonBody } from '@yoban/shared/testing/json-body';
import type { LoggedRequest } from '@yoban/shared/testing/loopback-http';
import { type Take, takeOf } from './take.ts';

const present = (take: Take | null): Take[] => (take ? [take] : []);
const textOf = (value: unknown): string => (value === undefined ? '' : String(value));
const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

/** Requests that the service took, whatever became of its answer, read by their bodies. */
const takenFrom = (requests: readonly LoggedRequest[], read: (body: Record<string, unknown>) => string): Take[] =>
  requests
    .filter(({ decided }) => decided !== null && decided >= 200 && decided < 300)
    .flatMap(({ at, body, status }) =>
      present(takeOf({ at, text: read(jsonBody(body) ?? {}), unanswered: status === null })),
    );

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** Receivers without keys: each request they took is one more message for people. */
export const rawReaders = {
  slack: (fake: FakeSlack) =>
    takenFrom(fake.requests(), (body) =>
      textOf(fieldOf(firstOf(body.attachments), 'text')).replace(/&\w+;/g, (one) => entities[one] ?? one),
    ),
  smtp: (fake: FakeSmtp) =>
    fake
      .mails()
      .flatMap(({ at, subject, text, status }) =>
        present(takeOf({ at, text: `${subject}\n${text}`, unanswered: status === null })),
      ),
  sendgrid: (fake: FakeSendgrid) =>
    takenFrom(fake.requests(), (body) => `${textOf(body.subject)}\n${textOf(fieldOf(firstOf(body.content), 'value'))}`),
  discord: (fake: FakeDiscord) =>
    takenFrom(fake.requests(), (body) =>
      [body.content, fieldOf(firstOf(body.embeds), 'description')]
        .map(textOf)
        .join('\n')
        .replace(/\\([^A-Za-z0-9\s])/g, '$1'),
    ),
  telegram: (fake: FakeTelegram) => takenFrom(fake.requests(), (body) => textOf(body.text)),
};

/** Receivers that know a repeat by its key and say so in their log. */
export const keyedReaders = {
  line: (fake: FakeLine) =>
    fake.pushes().flatMap(({ at, text, outcome }) => present(takeOf({ at, text, accepted: outcome === 'accepted' }))),
  ntfy: (fake: FakeNtfy) =>
    fake
      .messages()
      .flatMap(({ at, title, message, outcome }) =>
        present(takeOf({ at, text: `${title}\n${message}`, accepted: outcome === 'accepted' })),
      ),
  webhook: (fake: FakeWebhook) =>
    fake.deliveries().flatMap(({ at, payload, outcome }) =>
      present(
        takeOf({
          at,
          text: textOf(fieldOf(fieldOf(firstOf(payload.alerts), 'annotations'), 'description')),
          incident: textOf(payload.groupKey),
          accepted: outcome === 'accepted',
        }),
      ),
    ),
  /** Only a trigger carries words; the key begins with the alert's name. */
  pagerduty: (fake: FakePagerduty) =>
    fake.events().flatMap(({ at, action, dedupKey, summary, details, outcome }) => {
      const service = dedupKey.split('/')[0] ?? '';
      const texts: Readonly<Record<string, string>> = {
        resolve: `[RECOVERED] ${service} ${dedupKey}`,
        acknowledge: `[CRITICAL] ${service} ${dedupKey}\nAcknowledged by somebody`,
      };
      const text = texts[action] ?? `${summary}\n${details}`;
      return present(takeOf({ at, text, accepted: outcome === 'accepted' }));
    }),
};
