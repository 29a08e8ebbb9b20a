import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { freePort } from '@yoban/shared/testing/free-port';

export interface WebApp {
  name: string;
  script: string;
  url: string;
  /** Created = the app fails at its start, with a line on its error output. */
  refuseFile: string;
}

export interface GuardedApp extends WebApp {
  start(options?: Record<string, unknown>): Promise<void>;
}

/** A small web app on a free port; it knows nothing of yoban. */
export async function writeWebApp(dir: string, name: string): Promise<WebApp> {
  const port = await freePort();
  const script = path.join(dir, `${name}.mjs`);
  const refuseFile = path.join(dir, `${name}.refuse`);
  writeFileSync(
    script,
    `import { existsSync } from 'node:fs';
     import { createServer } from 'node:http';
     if (existsSync(${JSON.stringify(refuseFile)})) {
       console.error('Error: cannot open save file token=abc123');
       // Not a throw: pm2 7 keeps an ES module that throws at its top alive, and its error is not an exit.
       process.exit(1);
     }
     createServer((_, response) => response.end('ok')).listen(${port}, '127.0.0.1');`,
  );
  return { name, script, url: `http://127.0.0.1:${port}/healthz`, refuseFile };
}

/** Such an app under a private pm2 with the values of H7. */
export async function createGuardedApp(pm2: PrivatePm2, dir: string, name: string): Promise<GuardedApp> {
  const app = await writeWebApp(dir, name);
  return {
    ...app,
    start: (options = {}) =>
      pm2.startApp({
        name,
        script: app.script,
        exec_mode: 'fork',
        exp_backoff_restart_delay: 100,
        max_restarts: 10,
        min_uptime: '60s',
        merge_logs: true,
        error_file: path.join(dir, `${name}-error.log`),
        out_file: path.join(dir, `${name}-out.log`),
        ...options,
      }),
  };
}
