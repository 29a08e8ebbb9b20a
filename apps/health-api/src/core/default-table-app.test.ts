import { MINUTE } from '@yoban/shared/contracts/time';
import { describe } from 'vitest';
import { game, hour, now, past, report, testCells } from '../../test/default-table.ts';

describe('H2: the default table, what the app reports', () => {
  testCells([
    {
      name: 'LLM errors over 10 %',
      change: hour({ llmErrorPercent: 10.1 }),
      status: 'degraded',
      reason: 'llm/llm_error_rate',
      value: 10.1,
      limit: 10,
      shows: { llm: { status: 'degraded' } },
    },
    {
      name: 'LLM errors at 10 %',
      change: hour({ llmErrorPercent: 10 }),
      status: 'healthy',
      shows: { llm: { status: 'ok' } },
    },
    {
      name: 'LLM fallback',
      change: report({ gauges: { llmFallbackActive: true } }),
      status: 'degraded',
      reason: 'llm/llm_fallback',
      shows: { llm: { status: 'degraded', fallback_active: true } },
    },
    {
      name: 'LLM no success for 5 min',
      change: { llmLastOkAt: now - 5 * MINUTE - 1 },
      status: 'degraded',
      reason: 'llm/llm_down',
      value: 300,
      limit: 300,
      shows: { llm: { status: 'down' } },
    },
    {
      name: 'LLM success 5 min ago',
      change: { llmLastOkAt: now - 5 * MINUTE },
      status: 'healthy',
      shows: { llm: { status: 'ok' } },
    },
    {
      name: 'LLM never a success, app young',
      change: { llmLastOkAt: null, ...report({ instanceSince: now - MINUTE }) },
      status: 'healthy',
      shows: { llm: { status: 'ok', last_success: '' } },
    },
    {
      name: 'LLM never a success, app old',
      change: { llmLastOkAt: null },
      status: 'degraded',
      reason: 'llm/llm_down',
      shows: { llm: { status: 'down' } },
    },
    {
      name: 'one tip failed',
      change: hour({ tipsFailed: 1 }),
      status: 'degraded',
      reason: 'tips/tips_failing',
      value: 1,
      limit: 0,
      shows: { tips: { status: 'warning' } },
    },
    {
      name: 'tip queue over 50',
      change: report({ gauges: { tipQueueDepth: 51 } }),
      status: 'degraded',
      reason: 'tips/tip_queue',
      value: 51,
      limit: 50,
      shows: { tips: { status: 'warning', queue_depth: 51 } },
    },
    { name: 'tip queue at 50', change: report({ gauges: { tipQueueDepth: 50 } }), status: 'healthy' },
    {
      name: 'YouTube away',
      change: report({
        platforms: { youtube: { connected: false, lastPollAt: null }, tiktok: { connected: true, lastEventAt: null } },
      }),
      status: 'degraded',
      reason: 'platforms.youtube/platform_disconnected',
      shows: { platforms: { youtube: { status: 'disconnected' }, tiktok: { status: 'ok' } } },
    },
    {
      name: 'TikTok away',
      change: report({ platforms: { tiktok: { connected: false, lastEventAt: null } } }),
      status: 'degraded',
      reason: 'platforms.tiktok/platform_disconnected',
      shows: { platforms: { tiktok: { status: 'disconnected' } } },
    },
    {
      name: 'cycle over 2 cycles old',
      change: game({ lastCycleAt: past(20 * MINUTE + 1) }),
      status: 'degraded',
      reason: 'game/cycle_stale',
      value: 1200,
      limit: 1200,
      shows: { game: { status: 'stale', stale: false } },
    },
    { name: 'cycle 2 cycles old', change: game({ lastCycleAt: past(20 * MINUTE) }), status: 'healthy' },
    {
      name: 'no cycle yet, app old',
      change: game({ lastCycleAt: null }),
      status: 'degraded',
      reason: 'game/cycle_stale',
    },
  ]);
});
