import { once } from 'node:events';
import type { Server } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { createModelStandin } from '../../examples/ailife/src/standins/model-standin.ts';
import { createObsStandin } from '../../examples/ailife/src/standins/obs-standin.ts';
import { createTiktokStandin } from '../../examples/ailife/src/standins/tiktok-standin.ts';
import { createYoutubeStandin } from '../../examples/ailife/src/standins/youtube-standin.ts';
import { lookOnce, probeOf } from '../../packages/host-tools/test/probe-around.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const token = 'fault-token';
const undo = undoAfterAll();
const urls = { model: '', youtube: '', tiktok: '', obs: '' };

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

beforeAll(async () => {
  const stopping = new AbortController();
  undo(() => stopping.abort());
  const tiktok = createTiktokStandin(token);
  undo(tiktok.close);
  urls.model = `http://${await listening(createModelStandin(token, 0, stopping.signal))}`;
  urls.youtube = `http://${await listening(createYoutubeStandin(token).server)}`;
  const obs = createObsStandin(token);
  undo(obs.close);
  urls.obs = `ws://${await listening(obs.server)}`;
  urls.tiktok = `ws://${await listening(tiktok.server)}`;
});

async function control(url: string, change: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url.replace('ws:', 'http:')}/control`, {
    ...{ method: 'POST', headers, body: JSON.stringify(change) },
  });
  expect(answer.status).toBe(200);
}

test('H5, W1: the model API of the example is found by its list', async () => {
  const probe = probeOf({ type: 'model', url: `${urls.model}/v1/models`, model: 'household' });
  expect(await lookOnce(probe)).toMatchObject({ passes: true, detail: 'lists household' });
});

test.each([
  ['youtube', { type: 'youtube', maxAge: '1ms' }, '/liveChat/messages', /^answered 503; the last good poll/],
  ['tiktok', { type: 'tiktok' }, '', /socket hang up|connection reset/],
  ['obs', { type: 'obs' }, '', /./],
] as const)('H5, S3: %s of the example, connected, cut off, connected again', async (name, declared, path, reason) => {
  const probe = probeOf({ ...declared, url: `${urls[name]}${path}` });
  expect(await lookOnce(probe)).toMatchObject({ passes: true });
  await control(urls[name], { connected: false });
  expect(await lookOnce(probe)).toMatchObject({ passes: false, detail: expect.stringMatching(reason) });
  await control(urls[name], { connected: true });
  expect(await lookOnce(probe)).toMatchObject({ passes: true });
});

test('S2: the OBS of the example that is off the air is connected and says so', async () => {
  const probe = probeOf({ type: 'obs', url: urls.obs });
  await control(urls.obs, { streaming: false });
  expect(await lookOnce(probe)).toMatchObject({ passes: false, detail: 'OBS does not stream' });
  await control(urls.obs, { streaming: true });
  expect(await lookOnce(probe)).toMatchObject({ passes: true });
  await probe.close();
});
