import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import type { AlerterConfig } from '../../src/config.ts';
import type { OnStep, Step } from '../../src/on-step.ts';
import { createService } from '../../src/service.ts';

interface Argument {
  config: AlerterConfig;
  killAt: { step: Step; times?: number } | null;
}

const { config, killAt } = JSON.parse(process.argv[2] ?? '') as Argument;
let left = killAt?.times ?? 1;
const onStep: OnStep = (step) => {
  if (step !== killAt?.step) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};
const log = createLogger('alerter', 'debug');
runService(log, async (stop) => createService(config, { log, stop, onStep }));
