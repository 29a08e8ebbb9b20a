import { expect, test } from 'vitest';
import { ingestNeeds, readIngestTokens } from './ingest-config.ts';

const long = 'a-token-that-is-long-enough';
const config = {
  alerts: {
    ingest: { token: { env: 'IN' } },
    hooks: { cron: { token: { env: 'CRON' }, service: 'ailife' }, other: { token: { env: 'OTHER' } } },
  },
};

test('tokens are read; a hook without one is left out and named', () => {
  const tokens = readIngestTokens(config, { IN: long, OTHER: `${long}2` });
  expect(tokens).toEqual({
    ingest: long,
    hooks: [{ name: 'other', token: `${long}2`, service: 'other' }],
    skipped: [{ hook: 'cron', missing: 'CRON' }],
  });
  expect(readIngestTokens({ alerts: { hooks: {} } }, {})).toEqual({ ingest: null, hooks: [], skipped: [] });
});

test('O2: production needs each of them, by the name of its variable', () => {
  expect(ingestNeeds(config, { IN: long })).toEqual({ IN: long, CRON: null, OTHER: null });
});

test('a short token and one that stands for two hooks are refused by name, without the token', () => {
  expect(() => readIngestTokens(config, { CRON: 'short' })).toThrow('CRON has fewer than 16 characters');
  expect(() => readIngestTokens(config, { CRON: long, OTHER: long })).toThrow('the hooks cron and other have the same');
});
