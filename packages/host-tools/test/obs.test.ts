import { once } from 'node:events';
import { ActionConfig } from '@yoban/shared/policy/action-config';
import { ProbeConfig } from '@yoban/shared/policy/probe-config';
import { type FakeObs, startFakeObs } from '@yoban/shared/testing/fake-obs';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { refreshObs } from '../src/actions/obs-refresh.ts';
import { createObsProbe } from '../src/policy-probes/obs.ts';
import type { PolicyProbe } from '../src/policy-probes/policy-probe.ts';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeAround, probeOf } from './probe-around.ts';

const env = { OBS_PASSWORD: 'of-the-studio' };
const password = { env: 'OBS_PASSWORD' };
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function obs(): Promise<FakeObs> {
  const fake = await startFakeObs({ password: env.OBS_PASSWORD });
  open.push({ close: fake.stop });
  return fake;
}

/** A probe with a clock of its own, and its session closed at the end. */
function watched(url: string, declared: Record<string, unknown> = {}): { probe: PolicyProbe; clock: { ms: number } } {
  const config = ProbeConfig.parse({ type: 'obs', url, password, timeout: '2s', ...declared });
  if (config.type !== 'obs') throw new Error('another probe');
  const clock = { ms: 0 };
  const probe = createObsProbe(config, probeAround({ env }), () => clock.ms);
  open.push(probe);
  return { probe, clock };
}

policyProbeConformance('obs', { timeoutMs: 400, hung: 'bad', blind: true }, async () => {
  const fake = await startFakeObs({ password: env.OBS_PASSWORD });
  const declared = { type: 'obs', url: fake.url, password, timeout: '400ms' };
  return {
    probe: () => probeOf(declared, { env }),
    hurt: () => {
      fake.state.streaming = false;
    },
    reason: /OBS does not stream/,
    heal: () => Object.assign(fake.state, { streaming: true, mute: false }),
    hang: () => {
      fake.state.mute = true;
    },
    blind: { probe: () => probeOf(declared, { env: {} }), reason: /asks for a password and none is set/ },
    end: () => fake.stop(),
  };
});

test('S2: OBS that is gone, refuses, reconnects, or stands still is told apart', async () => {
  const fake = await obs();
  const { probe } = watched(fake.url);
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 0, unit: '%', detail: '0 % of frames dropped' });
  fake.state.reconnecting = true;
  expect(await lookOnce(probe)).toMatchObject({
    passes: false,
    detail: expect.stringMatching(/lost the streaming server/),
  });
  Object.assign(fake.state, { reconnecting: false, busy: true });
  expect(await lookOnce(probe)).toMatchObject({ passes: false, unknown: true, detail: expect.stringMatching(/busy/) });
  const wrong = probeOf({ type: 'obs', url: fake.url, password }, { env: { OBS_PASSWORD: 'another' } });
  expect(await lookOnce(wrong)).toMatchObject({ passes: false, unknown: true, detail: 'OBS refuses the password' });
  await fake.stop();
  expect((await lookOnce(probe)).detail).toMatch(/closed the connection|OBS does not run/);
  expect(await lookOnce(probe)).toMatchObject({ passes: false, detail: expect.stringMatching(/OBS does not run/) });
});

test('S2: an OBS without a password is asked also where a password is declared and not set', async () => {
  const fake = await startFakeObs();
  open.push({ close: fake.stop });
  const probe = probeOf({ type: 'obs', url: fake.url, password }, { env: {} });
  open.push(probe);
  expect(await lookOnce(probe)).toMatchObject({ passes: true });
});

test('S2: where nobody has to be on the air, a connected OBS is enough', async () => {
  const fake = await obs();
  fake.state.streaming = false;
  const { probe } = watched(fake.url, { streaming: false });
  expect(await lookOnce(probe)).toMatchObject({ passes: true, detail: 'OBS is connected' });
});

test('S2: dropped frames are those since the last look, and frames that stop going out are a fault', async () => {
  const fake = await obs();
  const counts = (totalFrames: number, droppedFrames: number) =>
    Object.assign(fake.state, { totalFrames, droppedFrames });
  fake.state.fps = 0;
  const { probe, clock } = watched(fake.url);
  const lookAt = (ms: number) => {
    clock.ms = ms;
    return lookOnce(probe);
  };
  counts(10_000, 400);
  expect(await lookAt(0)).toMatchObject({ passes: true, value: 4 });
  counts(11_800, 580);
  expect(await lookAt(30_000)).toMatchObject({ passes: false, value: 10, detail: '10 % of frames dropped, over 5 %' });
  counts(13_600, 580);
  expect(await lookAt(60_000)).toMatchObject({ passes: true, value: 0 });
  expect(await lookAt(60_100)).toMatchObject({ passes: true });
  expect(await lookAt(63_000)).toMatchObject({ passes: false, detail: 'no frame went out for 3 s' });
  counts(60, 0);
  expect(await lookAt(90_000)).toMatchObject({ passes: true, value: 0 });
});

test('S2: one session serves every look, and OBS started anew gets a new one', async () => {
  const fake = await obs();
  const { probe } = watched(fake.url);
  for (let time = 0; time < 3; time += 1) expect(await lookOnce(probe)).toMatchObject({ passes: true });
  expect(fake.requests()).toHaveLength(1);
  fake.script([{ do: 'outage' }]);
  await waitFor('the fault', async () => !(await lookOnce(probe)).passes);
  fake.script([]);
  expect(await lookOnce(probe)).toMatchObject({ passes: true });
  expect(fake.requests()).toHaveLength(2);
});

test('S2: what answers there and is no OBS is said to be none', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  open.push(server);
  server.on('connection', (socket) => socket.send('hello'));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  expect((await lookOnce(probeOf({ type: 'obs', url: `ws://127.0.0.1:${port}` }))).detail).toMatch(/is not OBS/);
});

test('the stand-in of OBS keeps to the protocol: whoever does not identify first is cut off', async () => {
  const fake = await obs();
  const closeCode = async (message: string) => {
    const socket = new WebSocket(fake.url);
    await once(socket, 'message');
    socket.send(message);
    return (await once(socket, 'close'))[0];
  };
  expect(await closeCode('no json')).toBe(4002);
  expect(await closeCode('{"op":1,"d":{}}')).toBe(4003);
  expect(await closeCode('{"op":6,"d":{"requestType":"GetVersion","requestId":"1"}}')).toBe(4007);
  expect(await closeCode('{"op":1,"d":{"rpcVersion":1}}')).toBe(4009);
  expect(await closeCode('{"op":1,"d":{"rpcVersion":9}}')).toBe(4010);
});

function refresh(url: string, more: Record<string, unknown> = {}, secrets: Record<string, string> = env) {
  const declared = { kind: 'obs_refresh', url, password, source: 'Stream page', timeout: '20s', ...more };
  const config = ActionConfig.parse(declared);
  if (config.kind !== 'obs_refresh') throw new Error('another action');
  return refreshObs(config, { env: secrets }, new AbortController().signal);
}

test('S2: the browser source is refreshed without cache', async () => {
  const fake = await obs();
  expect(await refresh(fake.url)).toMatchObject({ ok: true, timedOut: false, detail: 'OBS refreshed Stream page' });
  expect(fake.state.browserSources.get('Stream page')).toBe(1);
  expect(fake.calls()).toEqual([
    {
      requestType: 'PressInputPropertiesButton',
      requestData: { inputName: 'Stream page', propertyName: 'refreshnocache' },
    },
  ]);
});

test('S2: without a name every browser source is refreshed', async () => {
  const fake = await obs();
  fake.state.browserSources.set('Second page', 0);
  expect(await refresh(fake.url, { source: undefined })).toMatchObject({
    ...{ ok: true, detail: 'OBS refreshed Stream page, Second page' },
  });
  fake.state.browserSources.clear();
  expect(await refresh(fake.url, { source: undefined })).toMatchObject({
    ok: false,
    detail: 'OBS has no browser source',
  });
});

test('S2: a refresh that cannot be says why, and ends at its limit', async () => {
  const fake = await obs();
  const unknownSource = await refresh(fake.url, { source: 'Strem page' });
  expect(unknownSource).toMatchObject({ ok: false, timedOut: false });
  expect(unknownSource.detail).toBe('OBS has no browser source "Strem page" (there are: Stream page)');
  expect((await refresh(fake.url, {}, { OBS_PASSWORD: 'x' })).detail).toBe('OBS refuses the password');
  fake.state.mute = true;
  const ownTime = startOwnTime();
  const late = await refresh(fake.url, { timeout: '400ms' });
  expect(late).toMatchObject({ ok: false, timedOut: true, detail: 'OBS did not answer in time' });
  expect(ownTime()).toBeLessThan(1_500);
  await fake.stop();
  expect((await refresh(fake.url)).detail).toMatch(/OBS does not run/);
});
