import { writeFileSync } from 'node:fs';
import path from 'node:path';

export interface CryptoApp {
  script: string;
  url: string;
  /** Numbered lines, one after the other. */
  logFile: string;
  /** `hold` 150 MB; `eat` 330 MB; `spin` a core; `leak` 2 MB each 100 ms; `log` 2 MB at once and on; `rest` from all but the memory. */
  tell(word: 'hold' | 'eat' | 'spin' | 'leak' | 'log' | 'rest'): Promise<void>;
}

/** A dashboard that shows a price and can be made to take memory, CPU and disk. */
export function writeCryptoApp(dir: string, port: number): CryptoApp {
  const app = { script: path.join(dir, 'dashboard.mjs'), logFile: path.join(dir, 'logs', 'dashboard.log') };
  writeFileSync(
    app.script,
    `import { mkdirSync, openSync, writeSync } from 'node:fs';
     import { createServer } from 'node:http';
     mkdirSync(${JSON.stringify(path.dirname(app.logFile))}, { recursive: true });
     const log = openSync(${JSON.stringify(app.logFile)}, 'a');
     const held = [];
     const timers = [];
     let line = 0;
     const write = (count) => { for (let at = 0; at < count; at += 1) writeSync(log, 'line ' + line++ + ' ' + 'x'.repeat(80) + '\\n'); };
     const mb = (count) => Buffer.alloc(count * 1048576, 1);
     const deeds = {
       hold: () => held.push(mb(150)),
       eat: () => held.push(mb(330)),
       leak: () => timers.push(setInterval(() => held.push(mb(2)), 100)),
       spin: () => timers.push(setInterval(() => { const end = Date.now() + 90; while (Date.now() < end); }, 100)),
       log: () => { write(22_000); timers.push(setInterval(() => write(1), 5)); },
       rest: () => { for (const timer of timers.splice(0)) clearInterval(timer); },
     };
     createServer((request, response) => {
       deeds[request.url.slice(1)]?.();
       response.end(JSON.stringify({ current_price: 28.4 }));
     }).listen(${port}, '127.0.0.1');`,
  );
  const url = `http://127.0.0.1:${port}`;
  return { ...app, url, tell: async (word) => void (await fetch(`${url}/${word}`)) };
}
