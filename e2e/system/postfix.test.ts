// needs: postfix

import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleAbout, sampleMessage } from '../../apps/alerter/src/channels/conformance-messages.ts';
import { smtpChannel } from '../../apps/alerter/src/channels/smtp.ts';
import { timeLimit } from '../../apps/alerter/src/channels/time-limit.ts';
import { startBench } from '../../apps/alerter/test/support/alerter-bench.ts';
import { type PrivatePostfix, startPrivatePostfix } from '../harness/private-postfix.ts';

let postfix: PrivatePostfix;
beforeAll(async () => {
  postfix = await startPrivatePostfix();
});
afterAll(() => postfix.stop());

const channelTo = (to: string) => smtpChannel({ url: postfix.url, from: 'yoban <alerts@example.test>', to });
const limit = () => timeLimit(10_000);
const headerOf = (mail: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'im').exec(mail)?.[1]?.replace(/\n[ \t]+/g, ' ');
const filed = (mailbox: string, count: number) =>
  waitFor(`${count} mails of ${mailbox}`, () => {
    const mails = postfix.mailsOf(mailbox);
    return mails.length >= count ? mails : null;
  });

test('A3: a real postfix files the mail for each receiver, as it was written', async () => {
  expect(postfix.banner).toMatch(/^220 mail\.example\.test ESMTP Postfix/);
  const channel = channelTo('ops@example.test, Duty <duty@example.test>');
  expect(await channel.send(sampleMessage, limit())).toEqual({ kind: 'sent' });
  const [mail = ''] = await filed('ops', 1);
  await filed('duty', 1);
  expect(mail).toMatch(/^Return-Path: <alerts@example\.test>/m);
  expect(mail).toMatch(/^Received: from .*by mail\.example\.test \(Postfix\)/ms);
  expect(headerOf(mail, 'Message-ID')).toBe('<ailife=2fprocess_down=231=3ax=3a1@example.test>');
  expect(headerOf(mail, 'To')).toBe('ops@example.test, Duty <duty@example.test>');
  expect(headerOf(mail, 'Content-Type')).toBe('text/plain; charset=utf-8');
  expect(decoded(headerOf(mail, 'Subject') ?? '')).toBe('[CRITICAL] 夜の生活 <b> Process down');
});

test('A3, A5: a repeat and the recovery can be told from the raise by their ids, in one thread', async () => {
  const channel = channelTo('ops@example.test');
  const before = postfix.mailsOf('ops').length;
  await channel.send(sampleMessage, limit());
  await channel.send(sampleAbout({ state: 'over' }, 'ailife/process_down#1:x:2'), limit());
  const mails = await filed('ops', before + 2);
  const ids = mails.map((mail) => headerOf(mail, 'Message-ID'));
  expect(new Set(ids)).toEqual(
    new Set(['<ailife=2fprocess_down=231=3ax=3a1@example.test>', '<ailife=2fprocess_down=231=3ax=3a2@example.test>']),
  );
  expect(new Set(mails.map((mail) => headerOf(mail, 'References')))).toEqual(
    new Set(['<ailife=2fprocess_down=231@example.test>']),
  );
});

test('A3: what a real postfix answers is understood: later, unknown here, not ours to pass on', async () => {
  const results = [];
  for (const to of ['later@example.test', 'nobody@example.test', 'somebody@elsewhere.test']) {
    results.push(await channelTo(to).send(sampleMessage, limit()));
  }
  expect(results).toEqual([
    { kind: 'retry', code: 'smtp_450' },
    { kind: 'permanent', code: 'smtp_550' },
    { kind: 'permanent', code: 'smtp_554' },
  ]);
});

test('A3: an alert and its recovery go from the bus through the alerter into a mailbox of postfix', async () => {
  const bench = await startBench();
  try {
    const [slack, mail] = bench.config.channels;
    if (slack?.kind !== 'slack' || mail?.kind !== 'smtp') throw new Error('the bench has other channels');
    await bench.startAlerter({ channels: [slack, { ...mail, url: postfix.url, to: 'duty@example.test' }] });
    const before = postfix.mailsOf('duty').length;
    await bench.send({ id: 'p-1' });
    await filed('duty', before + 1);
    await bench.send({ id: 'p-2', kind: 'clear' });
    const mails = await filed('duty', before + 2);
    const subjects = mails.map((one) => decoded(headerOf(one, 'Subject') ?? ''));
    expect(subjects).toContain('[CRITICAL] AIPrizeCohabitationLife Process down');
    expect(subjects).toContain('[RECOVERED] AIPrizeCohabitationLife Process down');
  } finally {
    await bench.stop();
  }
});

/** RFC 2047 words; blanks between two of them fall away. */
const decoded = (text: string): string =>
  text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind: string, body: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(body, 'base64').toString('utf8')
      : Buffer.from(
          body
            .replaceAll('_', ' ')
            .replace(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString('utf8'),
  );
