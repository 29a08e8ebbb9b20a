import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface Commit {
  /** Epoch ms at which the commit began. */
  at: number;
  ms: number;
}

export interface PacedWriter {
  stop: () => Promise<Commit[]>;
}

/** Starts a process that commits a small row every `everyMs` and says at its end how long each commit took. */
export async function startPacedWriter(file: string, everyMs: number): Promise<PacedWriter> {
  const child = spawn(
    process.execPath,
    ['--conditions=yoban-src', path.join(import.meta.dirname, 'paced-writer-main.ts'), file, String(everyMs)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const parts: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => parts.push(text));
  await once(child.stdout, 'data');
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      return JSON.parse(parts.join('').replace(/^ready\n/, '')) as Commit[];
    },
  };
}
