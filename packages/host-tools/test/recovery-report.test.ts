import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { RecoveryReport, recoveryReportPath } from '../src/reports/recovery-report.ts';
import { reportWords } from '../src/reports/recovery-report-words.ts';
import { writeRecoveryReport } from '../src/reports/write-recovery-report.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const reportsDir = path.join(temp.dir, 'reports');

const action = (ok: boolean | null, detail: string) => ({
  ...{ name: 'restart', startedAt: '2026-03-11T06:30:05.000Z', attempt: 1, attemptMax: 3, ok, exitCode: ok ? 0 : null },
  ...{ durationMs: ok === null ? null : 1_540, detail, by: 'yoban' },
});
const report = RecoveryReport.parse({
  ...{ version: 1, id: 'inc-1', service: 'shop', fault: 'unhealthy', recoveredBy: 'yoban' },
  trigger: {
    kind: 'fault',
    by: 'yoban',
    cause: 'health: no answer within 2 s',
    lastError: 'Error: a | pipe\n# and a line',
  },
  ...{
    detectedAt: '2026-03-11T06:30:00.000Z',
    endedAt: '2026-03-11T06:30:12.340Z',
    durationMs: 12_340,
    result: 'recovered',
  },
  ...{ evidence: ['evidence/inc-1'], phases: [] },
  actions: [action(true, 'restart of shop done'), action(null, 'a | pipe')],
  before: [{ probe: 'health', state: 'fails', detail: 'no answer within 2 s' }],
  after: [{ probe: 'health', state: 'passes', detail: '200 in 4 ms' }],
});

test('P7: a report says what set it off, the evidence, each action with code and time, before and after, result and duration', async () => {
  const file = await writeRecoveryReport(report, { reportsDir, zone: 'Asia/Tokyo', lang: 'en' });
  expect(path.basename(file)).toMatch(/^recovery-20260311_153000-[0-9a-f]{6}\.md$/);
  expect(`reports/${path.basename(file)}`).toBe(recoveryReportPath(report, 'Asia/Tokyo'));
  const text = readFileSync(file, 'utf8');
  for (const part of [
    '# Recovery of shop',
    '- Trigger: a confirmed fault',
    '- Cause: health: no answer within 2 s',
    '- Detected: 2026-03-11 15:30:00 JST',
    '- Duration: 12.3 s',
    '- Result: recovered (by yoban)',
    '- `evidence/inc-1`',
    '| 2026-03-11 15:30:05 JST | restart | 1/3 | 0 | 1.5 s | ok: restart of shop done |',
    '| 2026-03-11 15:30:05 JST | restart | 1/3 | - | - | under way: a \\| pipe |',
    '## Before\n\n- health: fails (no answer within 2 s)',
    '## After\n\n- health: passes (200 in 4 ms)',
  ])
    expect(text).toContain(part);
  expect(text).toContain('- Last error: Error: a | pipe # and a line');
  const kept = RecoveryReport.parse(JSON.parse(readFileSync(file.replace(/md$/, 'json'), 'utf8')));
  expect(kept).toEqual(report);
});

test('P7: the next form of the same recovery takes its place, another one of the same second does not', async () => {
  const style = { reportsDir: path.join(temp.dir, 'again'), zone: 'UTC', lang: 'ja' } as const;
  await writeRecoveryReport(
    { ...report, result: 'under-way', endedAt: null, durationMs: null, recoveredBy: null },
    style,
  );
  const file = await writeRecoveryReport(report, style);
  await writeRecoveryReport({ ...report, id: 'inc-2' }, style);
  expect(readdirSync(style.reportsDir)).toHaveLength(4);
  expect(readFileSync(file, 'utf8')).toContain('- 結果: 復旧 (実行者: yoban)');
});

test('the words of a report differ between the languages', () => {
  const texts = (lang: 'en' | 'ja') => JSON.stringify(reportWords[lang]);
  expect(texts('en')).not.toBe(texts('ja'));
  expect(Object.keys(reportWords.en)).toEqual(Object.keys(reportWords.ja));
  for (const key of ['fault', 'kick', 'operator'] as const)
    expect(reportWords.ja.trigger[key]('x')).not.toBe(reportWords.en.trigger[key]('x'));
});
