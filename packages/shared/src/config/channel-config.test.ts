import { expect, test } from 'vitest';
import { OpsError } from '../errors.ts';
import { parseConfig } from './load-config.ts';

const channels = (lines: string, more = '') =>
  parseConfig(`version: 1\nalerts:\n  channels:\n    ${lines.split('\n').join('\n    ')}\n${more}`, {}, 'yoban.yml')
    .alerts.channels;

function problemsOf(lines: string, more = ''): unknown {
  try {
    channels(lines, more);
  } catch (error) {
    if (error instanceof OpsError) return error.fields.problems;
    throw error;
  }
  return [];
}

test('A6: each kind of channel has its own keys; an API has its address by default', () => {
  const all = channels(`mail: {kind: sendgrid, key: {env: K}, from: a@b, to: c@d}
line: {kind: line, token: {file: /run/line}, to: {env: TO}, locale: en, timezone: Asia/Seoul, perSecond: 2.5}
tele: {kind: telegram, token: {env: T}, chat: -1001234}
ntfy: {kind: ntfy, url: {env: U}}
pager: {kind: pagerduty, key: {env: K}, endpoint: "https://events.eu.pagerduty.com"}
hook: {kind: webhook, url: {env: U}, secret: {env: S}}`);
  expect(all.mail).toMatchObject({ endpoint: 'https://api.sendgrid.com' });
  expect(all.line).toMatchObject({ endpoint: 'https://api.line.me', timezone: 'Asia/Seoul', perSecond: 2.5 });
  expect(all.tele).toMatchObject({ chat: '-1001234' });
  expect(all.pager).toMatchObject({ endpoint: 'https://events.eu.pagerduty.com' });
});

test('A6: what a channel cannot be is told with its place', () => {
  expect(
    problemsOf(`a: {kind: carrier-pigeon}
b: {kind: discord, url: "https://discord.com/api/webhooks/1/written-in"}
c: {kind: line, token: {env: T}, to: x, endpoint: "http://api.line.me"}
d: {kind: slack, url: {env: U}, perSecond: 0, locale: fr}`),
  ).toEqual([
    expect.stringMatching(/^yoban.yml:4:15 alerts.channels.a.kind: .*one of slack, smtp, sendgrid, line, discord/),
    expect.stringMatching(/^yoban.yml:5:\d+ alerts.channels.b.url: a secret is never written here/),
    expect.stringMatching(/alerts.channels.c.endpoint: .*http:\/\/ only on this machine/),
    expect.stringMatching(/alerts.channels.d.perSecond/),
    expect.stringMatching(/alerts.channels.d.locale/),
  ]);
});

test('a fallback names a channel, and none leads back to itself', () => {
  const slack = (name: string, fallback: string) => `${name}: {kind: slack, url: {env: U}, fallback: ${fallback}}`;
  expect(channels(`${slack('a', 'b')}\n${slack('b', 'c')}\nc: {kind: slack, url: {env: U}}`).a?.fallback).toBe('b');
  expect(problemsOf(`${slack('a', 'nobody')}\n${slack('b', 'b')}\n${slack('c', 'd')}\n${slack('d', 'c')}`)).toEqual([
    expect.stringContaining('alerts.channels.a.fallback: no channel "nobody" (there are: a, b, c, d)'),
    expect.stringContaining('alerts.channels.b.fallback: goes round: b -> b'),
    expect.stringContaining('alerts.channels.c.fallback: goes round: c -> d -> c'),
    expect.stringContaining('alerts.channels.d.fallback: goes round: d -> c -> d'),
  ]);
});

test('PagerDuty gets what must wake somebody, never a digest or an info', () => {
  const pager = 'pager: {kind: pagerduty, key: {env: K}}';
  expect(problemsOf(pager, '  routes: {critical: [pager], info: [pager]}\n')).toEqual([
    expect.stringMatching(/alerts.routes.info.0: "pager" is PagerDuty, .*only critical/),
  ]);
});
