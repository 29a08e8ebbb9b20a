import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrivateRun, type PrivateRun } from '@yoban/host-tools/testing/private-run';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPresetKit, type PresetKit } from '../preset-kit.ts';

/** In memory, so that a disk is filled without filling one. */
const disk = mkdtempSync('/dev/shm/yoban-');
const [temp, logFile] = [path.join(disk, 'temp'), path.join(disk, 'bot.log')];
const mb = 1_048_576;
let kit: PresetKit;
let run: PrivateRun;

function usedPercent(): number {
  const { blocks, bfree, bavail } = statfsSync(disk);
  return ((blocks - bfree) / (blocks - bfree + bavail)) * 100;
}
const sizeBytes = statfsSync(disk).bsize * statfsSync(disk).blocks;
/** Much beside what others on the machine write there meanwhile, little beside its memory. */
const fillBytes = Math.round(Math.min(sizeBytes * 0.4, 128 * mb));

beforeAll(async () => {
  mkdirSync(temp);
  writeFileSync(logFile, 'INFO started\n');
  kit = await createPresetKit('voice-bot', (dir) => {
    const script = path.join(dir, 'bot.mjs');
    writeFileSync(script, 'setInterval(() => {}, 1_000);');
    run = createPrivateRun(script);
    // The preset as it is but for where things are, and quicker; its four checks have a test of their own.
    return `services:
  voice-bot:
    supervisor: {kind: command, socket: ${run.socket}}
    probeDefaults: {every: 500ms, timeout: 2s}
    probes:
      process: null
      port: null
      webhook: null
      unit: {states: [online]}
      disk: {path: ${disk}, max: ${usedPercent() + ((fillBytes / 2) * 100) / sizeBytes}}
      errors: {path: ${logFile}, every: 500ms}
    evidence: {journal: null}
    actions:
      rotate: {paths: ["${disk}/*.log"]}
      clear_temp: {folders: ["${temp}"]}
    faults:
      unhealthy: null
      disk_full: {cooldown: 1s}
      errors_logged: {cooldown: 1s}
`;
  });
  await run.start('--kill-timeout', '1s');
  await kit.start();
  await waitFor('its process to be in sight', () => kit.ear.last('process')?.state === 'up');
});
afterAll(async () => {
  await kit.close();
  await run.stop();
  rmSync(disk, { recursive: true });
});
beforeEach(() => kit.forget());

const incident = (fault: string) => kit.ear.incidents.findLast((one) => one.fault === fault);

function leave(name: string, minutesAgo: number, bytes: number): string {
  const file = path.join(temp, name);
  writeFileSync(file, Buffer.alloc(bytes));
  const at = Date.now() / 1_000 - minutesAgo * 60;
  utimesSync(file, at, at);
  return file;
}

test('V4: a disk that fills: logs are packed, old temporary files go, young and open ones stay', async () => {
  const [old, young, open] = [leave('old.wav', 61, fillBytes), leave('young.wav', 59, mb), leave('open.wav', 120, mb)];
  openSync(open, 'r');
  await waitFor('the end of the incident', () => incident('disk_full')?.recoveredAt, 30_000);
  expect(incident('disk_full')).toMatchObject({ recoveredBy: 'yoban' });
  expect(kit.runs()).toEqual(['rotate', 'clear_temp']);
  expect([old, young, open].map((file) => existsSync(file))).toEqual([false, true, true]);
});

test('V4: errors in the log are told as a WARNING with their number, and are over with the next quiet look', async () => {
  appendFileSync(logFile, 'INFO all is well\nERROR no voice\nERROR no voice\n');
  const raise = await waitFor('the warning', () =>
    kit.ear.alerts.find((event) => event.kind === 'raise' && event.alertType === 'fault_errors_logged'),
  );
  expect(raise).toMatchObject({ level: 'warning' });
  expect(JSON.stringify(raise)).toContain('2 times');
  await waitFor('the all-clear', () => kit.ear.told().includes('clear fault_errors_logged'));
  expect(kit.runs()).toEqual([]);
});

test('V4: its twin: a busy log without an error is no news', async () => {
  appendFileSync(logFile, 'INFO 0 ERRORS so far, terror is the film of the week\n'.repeat(100));
  // That nothing is told can only be seen by giving it the time in which it was told before.
  await sleep(2_500);
  expect(kit.ear.told()).toEqual([]);
});
