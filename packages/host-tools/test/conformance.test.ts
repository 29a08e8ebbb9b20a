import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startFakeEngine } from '@yoban/shared/testing/fake-engine';
import { crashProcess } from '@yoban/shared/testing/signal-process';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createCommand, usualTimes } from '../src/supervisors/command.ts';
import { createCompose } from '../src/supervisors/compose.ts';
import { createPm2 } from '../src/supervisors/pm2.ts';
import { createPrivatePm2 } from '../src/testing/private-pm2.ts';
import { createPrivateRun } from '../src/testing/private-run.ts';
import { superviseConformance } from './conformance.ts';
import { writeRunApp } from './run-app.ts';

superviseConformance('pm2', async () => {
  const temp = makeTempDir();
  const { script, refuseFile } = writeRunApp(temp.dir, 'demo');
  const pm2 = createPrivatePm2();
  const limits = { min_uptime: '60s', max_restarts: 3, exp_backoff_restart_delay: 20 };
  await pm2.startApp({ name: 'demo', script, ...limits });
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  return {
    supervisor,
    nowhere: createPm2({ name: 'nobody', home: pm2.home }),
    crash: () => crashProcess(supervisor.processNow()?.pid),
    breakStart: (broken) => (broken ? writeFileSync(refuseFile, '') : rmSync(refuseFile)),
    end: async () => {
      await pm2.stop();
      temp.remove();
    },
  };
});

superviseConformance('command', async () => {
  const temp = makeTempDir();
  const { script, refuseFile } = writeRunApp(temp.dir, 'demo');
  const run = createPrivateRun(script);
  await run.start('--max-restarts', '3');
  const supervisor = createCommand(run.socket, usualTimes);
  return {
    supervisor,
    nowhere: createCommand(path.join(temp.dir, 'none.sock'), usualTimes),
    crash: () => crashProcess(supervisor.processNow()?.pid),
    breakStart: (broken) => (broken ? writeFileSync(refuseFile, '') : rmSync(refuseFile)),
    end: async () => {
      await run.stop();
      temp.remove();
    },
  };
});

// The engine is a third party's, so a stand-in is spoken to here; e2e/containers does the same with a real one.
superviseConformance('compose', async () => {
  const temp = makeTempDir();
  const engine = await startFakeEngine(path.join(temp.dir, 'docker.sock'));
  const labels = { 'com.docker.compose.service': 'demo', 'com.docker.compose.project': 'x' };
  const demo = engine.add({ name: 'demo', labels, policy: { name: 'on-failure', tries: 3 } });
  const options = { project: null, host: engine.url };
  return {
    supervisor: createCompose({ ...options, service: 'demo' }),
    nowhere: createCompose({ ...options, service: 'nobody' }),
    crash: () => engine.crash(demo),
    breakStart: (broken) => {
      demo.broken = broken;
    },
    end: async () => {
      await engine.stop();
      temp.remove();
    },
  };
});
