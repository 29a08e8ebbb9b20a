import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { AlertService } from './alert-service.ts';
import { highWaterMb } from './high-water.ts';
import { type PostedAlert, postAlerts } from './posted-alert.ts';

const program = 'prometheus-alertmanager';

export const isInstalled = (): boolean => spawnSync(program, ['--version']).status === 0;

/**
 * Debian's Alertmanager, a private one on loopback, with the settings that make it fastest here: no wait, a group for each
 * alert, no cluster.
 */
export async function startAlertmanager(receiverUrl: string): Promise<AlertService> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-peer-'));
  const config = {
    route: {
      receiver: 'bench',
      group_by: ['alertname', 'service'],
      group_wait: '0s',
      group_interval: '5s',
      repeat_interval: '4h',
    },
    receivers: [{ name: 'bench', webhook_configs: [{ url: receiverUrl, send_resolved: true, max_alerts: 0 }] }],
  };
  const file = path.join(dir, 'alertmanager.yml');
  writeFileSync(file, JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${dir}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  );
  await waitFor('a ready Alertmanager', () => isReady(`http://${address}/-/ready`));
  return {
    post: (alerts: readonly PostedAlert[]) => postAlerts(`http://${address}/api/v2/alerts`, {}, alerts),
    memoryMb: () => highWaterMb([child.pid ?? 0]),
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // It does not listen yet.
    return false;
  }
}
