import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, processIds } from '@yoban/host-tools/proc';

/** A bot of several processes: each of the four checks of V3 can go bad while the other three stay good. */
export interface BotWithParts {
  script: string;
  port: number;
  webhookUrl: string;
  /** What the command line of its worker looks like. */
  workerPattern: string;
  break(part: 'port' | 'webhook'): void;
  killWorker(): void;
  /** Ends what it has left behind. */
  end(): void;
}

/**
 * Writes the bot into `dir`: a first process that its supervisor sees, and beside it, each in a session of its own, a server with a
 * port and a webhook, and a worker. Started again, the first process ends both and starts them anew: a restart mends everything.
 */
export function writeBotWithParts(dir: string, [port, webhookPort]: [number, number]): BotWithParts {
  const at = (name: string) => path.join(dir, name);
  const pids = at('bot.pids');
  writeFileSync(at('bot-worker.mjs'), 'setInterval(() => {}, 1_000);');
  writeFileSync(
    at('bot-server.mjs'),
    `import { existsSync, watchFile } from 'node:fs';
     import { createServer } from 'node:http';
     const breakPort = ${JSON.stringify(at('break-port'))};
     const bot = createServer((_, response) => response.end('bot')).listen(${port}, '127.0.0.1');
     // It calls for a file that is not there, too.
     watchFile(breakPort, { interval: 50 }, () => existsSync(breakPort) && bot.close());
     createServer((_, response) => {
       response.statusCode = existsSync(${JSON.stringify(at('break-webhook'))}) ? 500 : 200;
       response.end();
     }).listen(${webhookPort}, '127.0.0.1');`,
  );
  writeFileSync(
    at('bot.mjs'),
    `import { spawn } from 'node:child_process';
     import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
     const pids = ${JSON.stringify(pids)};
     if (existsSync(pids)) for (const pid of readFileSync(pids, 'utf8').split(' ')) try { process.kill(Number(pid), 'SIGKILL'); } catch {}
     for (const part of ['port', 'webhook']) rmSync(${JSON.stringify(at('break-'))} + part, { force: true });
     const start = (file) => spawn(process.execPath, [file], { detached: true, stdio: 'ignore', env: {} }).pid;
     writeFileSync(pids, [start(${JSON.stringify(at('bot-server.mjs'))}), start(${JSON.stringify(at('bot-worker.mjs'))})].join(' '));
     setInterval(() => {}, 1_000);`,
  );
  const running = () => (existsSync(pids) ? readFileSync(pids, 'utf8').split(' ').map(Number) : []);
  return {
    ...{ script: at('bot.mjs'), port, webhookUrl: `http://127.0.0.1:${webhookPort}/health` },
    workerPattern: at('bot-worker.mjs').replaceAll('.', '\\.'),
    break: (part) => writeFileSync(at(`break-${part}`), ''),
    killWorker: () => void process.kill(running()[1] ?? Number.NaN, 'SIGKILL'),
    // By their command lines: one that was killed amid its start has written down nothing.
    end: () => {
      for (const pid of pidsOf(at('bot-'))) endQuietly(pid);
    },
  };
}

const pidsOf = (mark: string): number[] => processIds().filter((pid) => commandLine(pid)?.includes(mark));

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
