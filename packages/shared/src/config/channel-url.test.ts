import { expect, test } from 'vitest';
import { channelUrlProblem } from './channel-url.ts';

test.each([
  ['slack', 'https://hooks.slack.com/services/T0/B0/key'],
  ['slack', 'http://127.0.0.1:8080/hook'],
  ['discord', 'https://discord.com/api/webhooks/1/key'],
  ['ntfy', 'https://ntfy.sh/topic'],
  ['webhook', 'http://127.0.0.1:9000/hook?a=b'],
  ['smtp', 'smtp://127.0.0.1:25'],
  ['smtp', 'smtps://user%40b.test:p%25ss@mail.test'],
] as const)('%s takes %s', (kind, url) => {
  expect(channelUrlProblem(kind, url)).toBeNull();
});

test.each([
  ['smtp', 'mail.hidden.test:587', /smtp:\/\/ or smtps:\/\//],
  ['smtp', 'https://mail.hidden.test', /does not begin with smtp/],
  ['smtp', 'smtp://', /complete|host/],
  ['smtp', 'smtp:///path', /no host/],
  ['smtp', 'smtp://user:hidden#x@mail.test:99999', /complete/],
  ['smtp', 'smtp://mail.hidden.test:587x', /port/],
  ['smtp', 'smtp://user:hidden%zz@mail.test', /%25/],
  ['slack', 'hooks.slack.com/services/hidden', /https:\/\//],
  ['slack', 'https://user:hidden@hooks.slack.com/x', /no user/],
  ['slack', 'https://', /complete/],
  ['discord', 'https://user:hidden@discord.com/x', /no user/],
  ['webhook', 'https://user:hidden@hook.test/x', /use token/],
  ['ntfy', 'https://hidden.ntfy.test/', /no topic/],
  ['ntfy', 'https://ntfy.test/hidden%zz', /%25/],
] as const)('%s refuses %s, and does not repeat it', (kind, url, problem) => {
  expect(channelUrlProblem(kind, url)).toMatch(problem);
  expect(channelUrlProblem(kind, url)).not.toContain('hidden');
});
