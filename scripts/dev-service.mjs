// The `dev` task of an app: `node ../../scripts/dev-service.mjs src/main.ts`. Waits for the kit that dev.mjs prepares, then runs the
// service from source with reload and the kit's environment, as long as that kit lives.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot, readyFile } from './bootstrap/project.mjs';
import { say } from './bootstrap/talk.mjs';
import { readLock } from './process/pid-lock.mjs';
import { isAlive } from './process/process-identity.mjs';
import { waitUntil } from './process/wait-until.mjs';
import { installationAt } from './start/installation.mjs';
import { resolveHome } from './start/kit-environment.mjs';

const kitLimitMs = 120_000;
const lookEveryMs = 1_000;

const [script = 'src/main.ts'] = process.argv.slice(2);
const { kitFile } = installationAt(resolveHome(process.env, projectRoot));
const liveKit = () => {
  const kit = readLock(kitFile);
  return kit !== undefined && isAlive(kit) ? kit : undefined;
};
// The project's own Node, since a `pnpm` from elsewhere brings the PATH of an older one.
const projectNode = () => (existsSync(readyFile) ? readFileSync(readyFile, 'utf8').split('\n')[1] : process.execPath);

function run(kit) {
  const args = [
    '--watch',
    '--watch-preserve-output',
    '--disable-warning=ExperimentalWarning',
    '--conditions=yoban-src',
    script,
  ];
  const child = spawn(projectNode(), args, { stdio: 'inherit', env: { ...process.env, ...kit.env } });
  // Ctrl-C reaches the child by itself; ending this process alone must reach it too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
  const timer = setInterval(() => {
    if (!isAlive(kit)) child.kill('SIGTERM');
  }, lookEveryMs);
  child.once('exit', (code) => {
    clearInterval(timer);
    process.exitCode = code ?? 0;
  });
}

const found = await waitUntil(() => liveKit() !== undefined, kitLimitMs, 200);
const kit = liveKit();
if (!found || kit === undefined) {
  say(`no kit came up (${kitFile}); start all tasks together: pnpm turbo dev`);
  process.exitCode = 1;
} else if (kit.mode !== 'dev') {
  say(`process ${kit.pid} already runs this home (npm start): stop it, or give turbo dev its own YOBAN_HOME and PORT`);
  process.exitCode = 2;
} else {
  say(`${path.basename(process.cwd())} with reload: ${path.join(process.cwd(), script)}`);
  run(kit);
}
