import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const bin = path.resolve(import.meta.dirname, '..', '..', 'bin');
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'y bin-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('bin/pnpm answers on stdout alone, through a link, from any folder', async () => {
  const link = path.join(folder, 'my pnpm');
  symlinkSync(path.join(bin, 'pnpm'), link);
  const { stdout } = await run(link, ['--version'], { cwd: folder });
  expect(stdout).toBe('12.21.0\n');
});

test("bin/pnpm runs the project's Node, whatever PATH says", async () => {
  const { stdout } = await run(path.join(bin, 'pnpm'), ['exec', 'node', '--version'], { cwd: folder });
  expect(stdout).toMatch(/^v(24|26|2[7-9])\./m);
});

test('bin/yoban keeps the folder of the caller, so that relative files are his', async () => {
  const asked = run(path.join(bin, 'yoban'), ['backup', 'verify', 'not-there.sqlite', '--json'], { cwd: folder });
  await expect(asked).rejects.toMatchObject({ stdout: expect.stringContaining(path.join(folder, 'not-there.sqlite')) });
});

test('bin/yoban starts in well under half a second', async () => {
  const timeOf = async (program: string, args: string[]) => {
    const startedAt = performance.now();
    await run(program, args, { cwd: folder });
    return performance.now() - startedAt;
  };
  const yoban = () => timeOf(path.join(bin, 'yoban'), ['--help']);
  await yoban(); // fills the compile cache
  const [times, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round += 1) {
    bare.push(await timeOf(process.execPath, ['-e', '0']));
    times.push(await yoban());
  }
  // The quickest of five, and beside an empty Node: other tests run on the same cores.
  expect(Math.min(...times)).toBeLessThan(Math.max(500, 6 * Math.min(...bare)));
});
