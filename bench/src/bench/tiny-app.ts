import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const pollEveryMs = 4;
const backWithinMs = 60_000;

/** The smallest thing that can answer: its own start is in every figure, and nothing else of an app is. */
export const tinyApp = `import { createServer } from 'node:http';
createServer((_, answer) => answer.end(String(process.pid))).listen(Number(process.env.APP_PORT), '127.0.0.1');
`;

/** The pid that answers 200 on a connection of its own; null = nobody does. */
function pidAt(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, agent: false, timeout: 1_000 }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      answer.on('end', () => resolve(answer.statusCode === 200 ? Number(said) : null));
      answer.on('error', () => resolve(null));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

/** Asks every few milliseconds until a process other than `not` answers. */
export async function answersAt(port: number, not: number | null): Promise<number> {
  const deadline = performance.now() + backWithinMs;
  while (performance.now() < deadline) {
    const askedAt = performance.now();
    const pid = await pidAt(port);
    if (pid !== null && pid !== not) return pid;
    await sleep(Math.max(0, pollEveryMs - (performance.now() - askedAt)));
  }
  throw new Error(`nobody answers at port ${port} within ${backWithinMs / 1_000} s`);
}
