import { startFakeSendgrid } from '@yoban/shared/testing/fake-sendgrid';
import { startFakeSmtp } from '@yoban/shared/testing/fake-smtp';
import { expect, test } from 'vitest';
import { fakesOfTest } from '../../test/support/fakes-of-test.ts';
import { sampleAbout, sampleMessage } from './conformance-messages.ts';
import { sendgridChannel } from './sendgrid.ts';
import { smtpChannel } from './smtp.ts';
import { timeLimit } from './time-limit.ts';

const started = fakesOfTest();
const limit = () => timeLimit(5_000);

test('A3: a mail has the subject, plain text, both receivers and the same Message-ID on every try', async () => {
  const fake = await started(startFakeSmtp());
  const channel = smtpChannel({ url: fake.url, from: 'yoban <alerts@example.test>', to: 'a@b.test, c@d.test' });
  await channel.send(sampleMessage, limit());
  await channel.send(sampleMessage, limit());
  const [first, second] = fake.mails();
  expect(first).toMatchObject({
    from: 'alerts@example.test',
    to: ['a@b.test', 'c@d.test'],
    subject: '[CRITICAL] 夜の生活 <b> Process down',
    text: '[CRITICAL] 夜の生活 <b>\nProcess is down & out.\nTime: 2026-03-11 15:30:00 JST',
  });
  expect(first?.headers['content-type']).toContain('text/plain');
  expect(first?.headers['message-id']).toBe('<ailife=2fprocess_down=231=3ax=3a1@example.test>');
  expect(second?.headers['message-id']).toBe(first?.headers['message-id']);
});

test('A3: the mails of an incident are one thread; an info belongs to none', async () => {
  const fake = await started(startFakeSmtp());
  const channel = smtpChannel({ url: fake.url, from: 'alerts@example.test', to: 'a@b.test' });
  await channel.send(sampleMessage, limit());
  await channel.send(sampleAbout({ state: 'over' }, 'ailife/process_down#1:x:2'), limit());
  await channel.send(sampleAbout({ state: 'event' }, 'e1:x'), limit());
  const [raise, recovery, info] = fake.mails();
  expect(raise?.headers.references).toBe('<ailife=2fprocess_down=231@example.test>');
  expect(recovery?.headers.references).toBe(raise?.headers.references);
  expect(recovery?.headers['message-id']).not.toBe(raise?.headers['message-id']);
  expect(info?.headers.references).toBeUndefined();
});

test('A3: SendGrid gets the same mail: subject, plain text, receivers, ids, and no rewritten links', async () => {
  const fake = await started(startFakeSendgrid());
  const account = { key: 'k', from: '"yoban" <alerts@example.test>', to: 'a@b.test, Ops <c@d.test>' };
  const channel = sendgridChannel({ ...account, endpoint: fake.url });
  expect(await channel.send(sampleMessage, limit())).toEqual({ kind: 'sent' });
  expect(fake.mails()[0]).toMatchObject({
    from: 'alerts@example.test',
    to: ['a@b.test', 'c@d.test'],
    subject: '[CRITICAL] 夜の生活 <b> Process down',
    text: '[CRITICAL] 夜の生活 <b>\nProcess is down & out.\nTime: 2026-03-11 15:30:00 JST\n',
    headers: {
      'Message-ID': '<ailife=2fprocess_down=231=3ax=3a1@example.test>',
      References: '<ailife=2fprocess_down=231@example.test>',
    },
    customArgs: { yoban_nid: 'ailife/process_down#1:x:1' },
  });
  const body = JSON.parse(fake.requests()[0]?.body ?? '');
  expect(body.from).toEqual({ email: 'alerts@example.test', name: 'yoban' });
  expect(body.tracking_settings.click_tracking).toEqual({ enable: false });
  expect(fake.requests()[0]?.headers.authorization).toBe('Bearer k');
});
