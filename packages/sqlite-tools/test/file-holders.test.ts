import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';

const temp = makeTempDir();
afterAll(() => temp.remove());

const look = `
  process.setuid?.(65534);
  const { findFileHolders } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../src/file-holders.ts'))});
  process.stdout.write(JSON.stringify(await findFileHolders(process.argv[1])));`;

test.skipIf(process.getuid?.() !== 0)(
  'R3: processes of other users, which cannot be asked, are counted; the kernel is not',
  async () => {
    const file = path.join(temp.dir, 'game.sqlite');
    writeFileSync(file, '');
    chmodSync(temp.dir, 0o755);
    const asker = spawn(process.execPath, ['--conditions=yoban-src', '--input-type=module', '-e', look, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    asker.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    await once(asker, 'close');
    // This process is root's, so the asker cannot look into it.
    expect(JSON.parse(text)).toMatchObject({ holders: [], notAsked: expect.any(Number) });
    expect(JSON.parse(text).notAsked).toBeGreaterThan(0);
  },
);
