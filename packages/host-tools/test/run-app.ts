import { writeFileSync } from 'node:fs';
import path from 'node:path';

export interface RunApp {
  script: string;
  /** Created = the app fails at its start. */
  refuseFile: string;
}

/** A small app that keeps a core about half busy, so that its CPU is told from none; on a crowded machine it gets less. */
export function writeRunApp(dir: string, name: string): RunApp {
  const app = { script: path.join(dir, `${name}.mjs`), refuseFile: path.join(dir, `${name}.refuse`) };
  writeFileSync(
    app.script,
    `import { existsSync } from 'node:fs';
     if (existsSync(${JSON.stringify(app.refuseFile)})) { console.error('no luck today'); process.exit(3); }
     setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 100);`,
  );
  return app;
}
