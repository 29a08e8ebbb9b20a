import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { goodSwitches, type Switches } from './switches.ts';

export interface Boot {
  pid: number;
  /** Epoch ms. */
  at: number;
}

/** A guarded app in a folder of its own, seen from outside. */
export interface FaultyApp {
  dir: string;
  script: string;
  url: string;
  databaseFile: string;
  /** Its starts, oldest first, by its own record. */
  boots(): Boot[];
  /** Pid that answers /healthz now, healthy or degraded, or null. */
  answers(): Promise<number | null>;
  /** For its next start, and at once where it can still be asked. */
  switch(to: Partial<Switches>): Promise<void>;
  /** At once, and over with its next start. */
  untilRestart(to: Partial<Switches>): Promise<void>;
}

const program = path.join(import.meta.dirname, 'faulty-app-main.ts');
/** As the watchdog waits: an app whose answers take 1 s does answer. */
const answerLimitMs = 2_000;

export async function writeFaultyApp(dir: string, switches: Partial<Switches>): Promise<FaultyApp> {
  const port = await freePort();
  const script = path.join(dir, 'app.mjs');
  writeFileSync(script, scriptOf(port, dir));
  const switchFile = path.join(dir, 'switches.json');
  const bootFile = path.join(dir, 'boots.jsonl');
  writeFileSync(switchFile, JSON.stringify({ ...goodSwitches, ...switches }));
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ dir, script, url },
    databaseFile: path.join(dir, 'game.sqlite'),
    boots: () =>
      !existsSync(bootFile)
        ? []
        : readFileSync(bootFile, 'utf8')
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Boot),
    answers: async () => {
      try {
        const answer = await fetch(`${url}/healthz`, {
          signal: AbortSignal.timeout(answerLimitMs),
          redirect: 'manual',
        });
        return [200, 503].includes(answer.status) ? ((await answer.json()) as { pid: number }).pid : null;
      } catch {
        // Nobody, or not in time, or not JSON: it does not answer as it should.
        return null;
      }
    },
    untilRestart: (to) => askToChange(`${url}/switch`, to),
    switch: async (to) => {
      const { now: _, ...kept } = to;
      const before = JSON.parse(readFileSync(switchFile, 'utf8')) as Switches;
      writeFileSync(switchFile, JSON.stringify({ ...before, ...kept }));
      await askToChange(`${url}/switch`, to);
    },
  };
}

/** What its supervisor starts. One that refuses is gone as soon as any program can be: on a busy machine it would else be there for a while. */
const scriptOf = (port: number, dir: string): string => `
process.argv.splice(2, 9, '${port}', ${JSON.stringify(dir)});
const { appendFileSync, readFileSync } = process.getBuiltinModule('node:fs');
if (JSON.parse(readFileSync(${JSON.stringify(path.join(dir, 'switches.json'))}, 'utf8')).refuseStart) {
  const boot = { pid: process.pid, at: Date.now() };
  appendFileSync(${JSON.stringify(path.join(dir, 'boots.jsonl'))}, JSON.stringify(boot) + '\\n');
  console.error('Error: this app was told not to start');
  process.exit(1);
}
await import(${JSON.stringify(program)});
`;

/** One that hangs or is down cannot be asked; it reads the file at its next start. */
async function askToChange(url: string, to: Partial<Switches>): Promise<void> {
  try {
    await fetch(url, { method: 'POST', body: JSON.stringify(to), signal: AbortSignal.timeout(answerLimitMs) });
  } catch (error) {
    if (!(error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))) throw error;
  }
}
