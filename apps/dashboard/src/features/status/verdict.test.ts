import type { Reason } from '@yoban/shared/contracts/health';
import { describe, expect, test } from 'vitest';
import { sampleHealth } from '../../../test/sample-health.ts';
import { messagesOf } from '../../i18n/messages-of.ts';
import { byGravity, reasonSentence, reasonSentences, verdictSentence } from './verdict.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');
const en = messagesOf('en');
const ja = messagesOf('ja');
const since = new Date(nowMs).toISOString();
const reason = (code: string, check: string, rest: Partial<Reason> = {}): Reason => ({
  code,
  check,
  impact: 'degraded',
  value: null,
  limit: null,
  since,
  ...rest,
});

describe('the verdict', () => {
  test('counts the configured checks when all is well', () => {
    expect(verdictSentence(sampleHealth('healthy', nowMs), en, 'ailife')).toBe('All 10 checks pass.');
    expect(verdictSentence(sampleHealth('empty', nowMs), ja, 'ailife')).toBe('新しいデータが届いていません: LLM API。');
  });
  test('names the value and the limit', () => {
    const health = sampleHealth('degraded', nowMs);
    expect(verdictSentence(health, en, 'ailife')).toBe('15.3% of LLM calls fail; the limit is 10%.');
    expect(verdictSentence(health, ja, 'ailife')).toBe('LLM呼び出しの15.3%が失敗しています（上限\u00a010%）。');
  });
  test('speaks of the gravest reason first', () => {
    const reasons = [reason('llm_down', 'llm'), reason('process_down', 'process', { impact: 'unhealthy' })];
    expect(byGravity(reasons).map(({ code }) => code)).toEqual(['process_down', 'llm_down']);
    expect(verdictSentence({ ...sampleHealth('down', nowMs), reasons }, en, 'ailife')).toBe('ailife is not running.');
  });
  test('does not claim health while the status has not risen yet and no reason is left', () => {
    expect(verdictSentence({ ...sampleHealth('degraded', nowMs), reasons: [] }, en, 'x')).toBe(
      'A check is not in order.',
    );
  });
});

describe('a reason', () => {
  test.each([
    ['tip_queue', 'tips', 61, 50, '61 tips are waiting; the limit is 50.'],
    ['tips_failing', 'tips', 1, 0, '1 tip failed within the last hour.'],
    ['memory_high', 'process', 430, 409.6, 'Memory is at 430\u00a0MB; the limit is 410\u00a0MB.'],
    ['platform_disconnected', 'platforms.tiktok', null, null, 'TikTok is disconnected.'],
    ['cycle_stale', 'game', 1300, 1200, 'The game cycle is overdue.'],
    ['database_corrupt', 'database.game', null, null, 'The database is damaged.'],
    ['platforms_youtube_stale', 'platforms.youtube', 40, 15, 'No fresh data: YouTube.'],
    ['backups_stale', 'backups.game', 9000, 1800, 'No fresh data: Backups.'],
  ])('%s of %s', (code, check, value, limit, sentence) => {
    expect(reasonSentence(reason(code, check, { value, limit }), en, 'ailife')).toBe(sentence);
  });
  test('with a code from the future is named, not hidden', () => {
    expect(reasonSentence(reason('tunnel_off', 'tunnel'), en, 'x')).toBe(
      'A check is not in order: tunnel (tunnel_off).',
    );
  });
  test('without its value makes no sentence with a blank', () => {
    expect(reasonSentence(reason('llm_error_rate', 'llm'), en, 'x')).not.toContain('null');
  });
});

test('old inputs share one sentence', () => {
  const reasons = [
    reason('llm_stale', 'llm'),
    reason('disk_low', 'system', { value: 8, limit: 10 }),
    reason('tips_stale', 'tips'),
  ];
  expect(reasonSentences(reasons, en, 'x', 'en')).toBe(
    'Only 8% of the disk is free; the limit is 10%. No fresh data: LLM API, Tips.',
  );
  expect(reasonSentences(reasons, ja, 'x', 'ja')).toContain('LLM API、投げ銭');
});
