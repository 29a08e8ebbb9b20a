import { AlertRecord } from '@yoban/shared/contracts/alert';
import { BackupOverview } from '@yoban/shared/contracts/backup';
import { HealthResponse } from '@yoban/shared/contracts/health';
import { IncidentPage } from '@yoban/shared/contracts/incident-figures';
import { MetricsResponse, SeriesResponse } from '@yoban/shared/contracts/metrics';
import { describe, expect, test } from 'vitest';
import { DeadAnswer, SilencesAnswer, TestsAnswer } from '../src/lib/alert-answers.ts';
import { PREVIEW_KEY, startPreview } from './preview-server.ts';
import { sampleAlertPage, sampleDead, sampleSilences, sampleTests } from './sample-alerting.ts';
import { sampleHealth, scenarios } from './sample-health.ts';
import { sampleBackups, sampleMetrics, sampleSeries } from './sample-history.ts';
import { sampleIncidentPage } from './sample-incidents.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');

describe.each(scenarios)('the sample "%s"', (scenario) => {
  test('obeys the contracts', () => {
    expect(() => {
      HealthResponse.parse(sampleHealth(scenario, nowMs));
      MetricsResponse.parse(sampleMetrics());
      SeriesResponse.parse(sampleSeries(scenario, nowMs));
      AlertRecord.array().parse(sampleAlertPage(scenario, nowMs));
      SilencesAnswer.parse({ silences: sampleSilences(scenario, nowMs) });
      TestsAnswer.parse({ tests: sampleTests(scenario, nowMs) });
      DeadAnswer.parse({ notices: sampleDead(scenario, nowMs) });
      BackupOverview.array().parse(sampleBackups(scenario, nowMs));
      IncidentPage.parse(sampleIncidentPage(scenario, nowMs));
    }).not.toThrow();
  });
});

test('the preview asks for a key like the real server', async () => {
  const preview = await startPreview('healthy');
  try {
    const { origin } = new URL(preview.url);
    const health = (cookie: string) => fetch(`${origin}/api/health`, { headers: { cookie } });
    expect((await health('')).status).toBe(401);
    const signIn = (key: string) => fetch(`${origin}/admin/login`, { method: 'POST', body: JSON.stringify({ key }) });
    expect((await signIn('wrong')).status).toBe(401);
    const cookie = (await signIn(PREVIEW_KEY)).headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await health(cookie)).status).toBe(200);
  } finally {
    await preview.close();
  }
});
