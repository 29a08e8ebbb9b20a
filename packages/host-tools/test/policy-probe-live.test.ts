import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ProbeConfig } from '@yoban/shared/policy/probe-config';
import { startFakeModel } from '@yoban/shared/testing/fake-model';
import { startFakeTiktok } from '@yoban/shared/testing/fake-tiktok';
import { type FakeYoutube, startFakeYoutube } from '@yoban/shared/testing/fake-youtube';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { createYoutubeProbe } from '../src/policy-probes/youtube.ts';
import { type Counterpart, policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeAround, probeOf } from './probe-around.ts';

const temp = makeTempDir();
const open: { stop(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of open) await one.stop();
  temp.remove();
});
async function started<F extends { stop(): Promise<void> }>(starting: Promise<F>): Promise<F> {
  const fake = await starting;
  open.push(fake);
  return fake;
}

const brief = { timeoutMs: 400, hung: 'bad', blind: false } as const;

interface Scripted {
  url: string;
  script(steps: readonly ({ do: 'hang'; times: number } | { do: 'outage' })[]): void;
  stop(): Promise<void>;
}

/** A stand-in that its script hurts as it hurts every other. */
const counterpartOf = (fake: Scripted, declared: Record<string, unknown>, reason: RegExp): Counterpart => ({
  probe: () => probeOf({ url: fake.url, timeout: '400ms', ...declared }),
  hurt: () => fake.script([{ do: 'outage' }]),
  reason,
  heal: () => fake.script([]),
  hang: () => fake.script([{ do: 'hang', times: 100 }]),
  end: () => fake.stop(),
});

policyProbeConformance('model', { ...brief, blind: true }, async () => {
  const fake = await startFakeModel({ model: 'household' });
  const declared = { type: 'model', url: `${fake.url}/v1/models`, model: 'household' };
  const blind = () => probeOf({ ...declared, bearer: { env: 'MODEL_KEY_OF_NOBODY' } });
  return {
    ...counterpartOf(fake, declared, /closed without an answer/),
    blind: { probe: blind, reason: /^MODEL_KEY_OF_NOBODY is not set$/ },
  };
});
policyProbeConformance('youtube', brief, async () => {
  const fake = await startFakeYoutube();
  const url = `${fake.url}/youtube/v3/liveChat/messages?key=of-the-house`;
  return counterpartOf(
    fake,
    { type: 'youtube', url, maxAge: '1ms' },
    /closed without an answer; the last good poll was/,
  );
});
policyProbeConformance('tiktok', brief, async () =>
  counterpartOf(await startFakeTiktok(), { type: 'tiktok' }, /connection reset/),
);

const tunnelScript = (mark: string) => `#!/bin/sh
test -e ${mark}.hang && exec sleep 30
test -e ${mark} && { echo "No serve config"; exit 0; }
echo "https://h.ts.net (Funnel on)"; echo "|-- / proxy http://127.0.0.1:18791"
`;

policyProbeConformance('tunnel', { ...brief, blind: true }, async () => {
  const mark = path.join(temp.dir, 'off');
  const file = path.join(temp.dir, 'tailscale');
  writeFileSync(file, tunnelScript(mark));
  chmodSync(file, 0o755);
  const contains = ['Funnel on', 'proxy http://127.0.0.1:18791'];
  const declared = { type: 'tunnel', contains, timeout: '400ms' };
  return {
    probe: () => probeOf({ ...declared, argv: [file, 'funnel', 'status'] }),
    hurt: () => writeFileSync(mark, ''),
    reason: /does not say "Funnel on"/,
    heal: () => {
      for (const name of [mark, `${mark}.hang`]) if (existsSync(name)) rmSync(name);
    },
    hang: () => writeFileSync(`${mark}.hang`, ''),
    blind: { probe: () => probeOf({ ...declared, argv: ['no-such-tunnel'] }), reason: /not installed/ },
    end: () => undefined,
  };
});

test('W1: the model API answers 200 with its list, the model is in it, and the key goes with the question', async () => {
  const fake = await started(startFakeModel({ model: 'llama3:latest' }));
  const look = (more: Record<string, unknown>) => lookOnce(probeOf({ type: 'model', url: fake.url, ...more }));
  const env = { MODEL_KEY: 'k-1' };
  const keyed = probeOf({ type: 'model', url: fake.url, bearer: { env: 'MODEL_KEY' } }, { env });
  expect(await lookOnce(keyed)).toMatchObject({ passes: true, unit: 'ms', detail: 'lists 1 models' });
  expect(fake.requests()[0]).toMatchObject({ path: '/v1/models', headers: { authorization: 'Bearer k-1' } });
  expect(await look({ model: 'llama3' })).toMatchObject({ passes: true });
  expect(await look({ model: 'gone' })).toMatchObject({
    passes: false,
    detail: 'does not list gone; it has llama3:latest',
  });
  const answers: [number, string, RegExp][] = [
    [404, '{}', /answered 404, not 200/],
    [200, '<html>sign in</html>', /not with a list of models/],
    [200, '{"status":"ok"}', /not with a list of models/],
  ];
  for (const [status, body, reason] of answers) {
    fake.script([{ do: 'reply', status, body }]);
    expect((await look({})).detail).toMatch(reason);
  }
  fake.script([{ do: 'reply', status: 200, body: '{"object":"list","data":null}' }]);
  expect(await look({})).toMatchObject({ passes: true, detail: 'lists 0 models' });
  fake.script([{ do: 'reply', status: 200, body: '{"models":[{"name":"phi"}]}' }]);
  expect(await look({ model: 'phi' })).toMatchObject({ passes: true });
});

function youtubeProbe(fake: FakeYoutube) {
  const clock = { ms: 0 };
  const url = `${fake.url}/liveChat/messages?key=of-the-house`;
  const config = ProbeConfig.parse({ type: 'youtube', url, timeout: '2s' });
  if (config.type !== 'youtube') throw new Error('another probe');
  return { clock, probe: createYoutubeProbe(config, probeAround(), () => clock.ms) };
}

test('S3: a failed poll counts once the last good one is older than maxAge, and only new messages are asked for', async () => {
  const fake = await started(startFakeYoutube());
  const { clock, probe } = youtubeProbe(fake);
  fake.say('aki', 'hello');
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 0, unit: 's' });
  clock.ms = 119_000;
  fake.script([{ do: 'reply', status: 503, times: 2 }]);
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 119 });
  expect(fake.requests()[1]?.path).toBe('/liveChat/messages?key=of-the-house&pageToken=1');
  clock.ms = 121_000;
  expect(await lookOnce(probe)).toMatchObject({
    ...{ passes: false, value: 121, unit: 's' },
    detail: 'answered 503; the last good poll was 2 min ago, over 2 min',
  });
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 0 });
});

test('S3: why YouTube refuses is told, and never its key', async () => {
  const fake = await started(startFakeYoutube());
  const { probe } = youtubeProbe(fake);
  const refusals: [number, object, RegExp][] = [
    [
      403,
      { error: { errors: [{ reason: 'quotaExceeded' }] } },
      /answered 403: the quota of the API is used up; no good/,
    ],
    [403, { error: { errors: [{ reason: 'somethingNew' }] } }, /answered 403: somethingNew/],
    [200, { items: [], offlineAt: '2026-11-22T08:00:00Z' }, /the stream is offline since 2026-11-22T08:00:00Z/],
    [200, {}, /not with a live chat/],
  ];
  for (const [status, body, reason] of refusals) {
    fake.script([{ do: 'reply', status, body: JSON.stringify(body) }]);
    const finding = await lookOnce(probe);
    expect(finding).toMatchObject({ passes: false, unknown: false, detail: expect.stringMatching(reason) });
    expect(finding.detail).not.toContain('of-the-house');
  }
});

test('S3: a feed that takes the connection and says nothing is not connected; one refused says so', async () => {
  const fake = await started(startFakeTiktok({ script: [{ do: 'reply', status: 503 }, { do: 'reset-after-accept' }] }));
  const look = () => lookOnce(probeOf({ type: 'tiktok', url: fake.url.replace('ws:', 'http:') }));
  expect((await look()).detail).toMatch(/503/);
  expect((await look()).detail).toMatch(/hung up \(1006\) before it said anything/);
  expect(await look()).toMatchObject({ passes: true, detail: 'it speaks' });
});
