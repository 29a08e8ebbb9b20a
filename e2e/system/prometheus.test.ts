// needs: prometheus
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { type AlertStack, startAlertStack } from '../harness/alert-stack.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
let stack: AlertStack;
let kill: () => Promise<void>;
/** Long enough that the alert is posted again several times: every third second. */
const firesForMs = 15_000;
let endsAt: number;

beforeAll(async () => {
  stack = await startAlertStack({ windowMs: 60_000 });
  undo(stack.stop);
  endsAt = Date.now() + firesForMs;
  const write = (name: string, text: string) => {
    const file = path.join(stack.home, name);
    writeFileSync(file, text);
    return file;
  };
  const rules = write(
    'rules.yml',
    `groups:
  - name: test
    rules:
      - alert: DiskFull
        expr: vector(time()) < ${endsAt / 1_000}
        labels: {job: node, severity: page}
        annotations: {summary: no room on the disk, description: "full since {{ $value }}"}
      - alert: AlwaysDown
        expr: vector(1)
        labels: {job: shop, severity: critical}
      - alert: Watchdog
        expr: vector(1)
        labels: {job: prometheus, severity: none}
`,
  );
  const config = write(
    'prometheus.yml',
    `global: {evaluation_interval: 1s}
rule_files: [${rules}]
alerting:
  alertmanagers:
    - authorization: {credentials: ${stack.ingestToken}}
      static_configs: [{targets: ["${new URL(stack.url).host}"]}]
`,
  );
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(stack.home, 'metrics')}`,
      '--web.listen-address=127.0.0.1:0',
      // A post holds for four of these: with 1 s a busy machine would end the alert between two.
      '--rules.alert.resend-delay=3s',
    ],
    { stdio: 'ignore' },
  );
  kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  undo(kill);
});

const texts = () => stack.slack.messages().map((message) => message.text);
const alerts = async (query: string): Promise<AlertRecord[]> => {
  const answer = await fetch(`${stack.url}/api/alerts?${query}`, { headers: { 'x-api-key': stack.adminKey } });
  return ((await answer.json()) as { alerts: AlertRecord[] }).alerts;
};

test('A4: what Prometheus posts again and again is one message and no repeat, and its end the recovery', async () => {
  const raised = await waitFor('the alert', () => texts().find((text) => text.includes('[CRITICAL] node')));
  expect(raised).toContain('full since');
  await waitFor('the recovery', () => texts().find((text) => text.includes('[RECOVERED] node')), firesForMs + 15_000);
  expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
  const [record] = await alerts('q=DiskFull');
  expect(record).toMatchObject({ service: 'node', alertType: 'DiskFull', level: 'critical', suppressed: 0 });
  expect(texts().filter((text) => text.includes('node'))).toHaveLength(2);
});

test('T12: an alert that always fires, to show that Prometheus lives, is one INFO', async () => {
  expect(await alerts('q=Watchdog')).toMatchObject([{ state: 'info' }]);
});

test('T15: an alert of a Prometheus that is gone ends when it said so', async () => {
  expect(await alerts('q=AlwaysDown')).toMatchObject([{ state: 'open', suppressed: 0 }]);
  await kill();
  await waitFor('the recovery', () => texts().find((text) => text.includes('[RECOVERED] shop')));
});
