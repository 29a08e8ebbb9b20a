import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { startApi } from '../../apps/health-api/test/start-api.ts';
import { createReportedFigures } from '../../apps/watchdog/src/policy/reported-figures.ts';
import { lookOnce, probeOf } from '../../packages/host-tools/test/probe-around.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();

test('C2, H5: a probe of the error rate sees what the app reported: good, bad, good again, unknown when stale', async () => {
  const api = await startApi();
  undo(() => api.close());
  const figures = createReportedFigures(`${api.url}/api/health`);
  undo(() => figures.close());
  const limits = { type: 'resource', metric: 'error_rate', max: 0.05 };
  const probeFor = (service: string) =>
    probeOf(limits, { reported: (metric, signal) => figures.of(service, metric, signal) });
  const probe = probeFor('ailife');
  const report = async (outcome: 'ok' | 'error', calls: number) => {
    api.clock.ms += 2 * SECOND;
    await api.post({ deltas: { llmCalls: Array.from({ length: calls }, () => [100, outcome]) } });
  };
  await report('ok', 19);
  expect(await lookOnce(probe)).toMatchObject({ unknown: true, detail: 'error_rate: no figure of now is reported' });
  await report('ok', 21);
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 0 });
  await report('error', 10);
  expect(await lookOnce(probe)).toMatchObject({ passes: false, unknown: false, value: 0.2 });
  expect(await lookOnce(probeFor('another'))).toMatchObject({ unknown: true });
  api.clock.ms += MINUTE;
  await report('ok', 40);
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 0 });
  api.clock.ms += MINUTE;
  expect(await lookOnce(probe)).toMatchObject({ unknown: true });
});

test('H5: a health-api that does not answer makes what is reported unknown', async () => {
  const api = await startApi();
  const figures = createReportedFigures(`${api.url}/api/health`);
  undo(() => figures.close());
  await api.close();
  expect(await figures.of('ailife', 'error_rate', new AbortController().signal)).toBeNull();
});
