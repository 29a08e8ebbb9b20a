import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const main = path.join(import.meta.dirname, 'support', 'fatal-main.ts');

test('C5: an error that ends a service is one line with its code, what happened and what to do, and exit 1', () => {
  const ended = spawnSync(process.execPath, ['--conditions=yoban-src', main], { encoding: 'utf8', timeout: 20_000 });
  expect(ended.status).toBe(1);
  const lines = ended.stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  expect(lines.filter((line) => line.event === 'service.fatal')).toMatchObject([
    { level: 'fatal', code: 'CONFIG_INVALID', detail: 'services.x: unknown key', hint: 'Mend line 3 of yoban.yml.' },
  ]);
  // A fatal line is flushed apart from the others and may come out after them; each line has its own time.
  expect(lines.map((line) => line.event).sort()).toEqual([
    'service.fatal',
    'service.stopped',
    'service.stopping',
    'step ran',
  ]);
});
