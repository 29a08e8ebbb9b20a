import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { builtInInhibit } from '../../src/core/inhibit.ts';
import type { AlertRules } from '../../src/core/rules.ts';

/** What a configuration without an alerts section of its own means, on a Slack and a mail channel. */
export const testRules = (over: Partial<AlertRules> = {}): AlertRules => ({
  windowMs: 15 * MINUTE,
  routes: { critical: ['slack', 'mail'], warning: ['slack'], info: ['slack'] },
  escalation: [],
  rearmOnRecovery: false,
  remindEveryMs: 4 * HOUR,
  ackForMs: 4 * HOUR,
  services: {},
  mailChannels: ['mail'],
  ackChannels: ['pager'],
  foldPerMinute: 20,
  inhibit: builtInInhibit,
  ...over,
});
