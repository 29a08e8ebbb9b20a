import path from 'node:path';
import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import { resolveProgram } from '../resolve-program.ts';
import { plainEnvironment, runProgram } from '../run-program.ts';
import type { ActionAround } from './action.ts';
import type { Deed } from './deed.ts';

const termMs = 5_000;
const outputMax = 64 * 1024;

/**
 * Runs a declared program: by argv, never by a shell, in a process group of its own, with an environment of a few plain names and those
 * that are declared. At its limit the whole group gets SIGTERM, and SIGKILL 5 s later.
 */
export async function exec(
  config: ActionConfigOf<'exec'>,
  around: Pick<ActionAround, 'env' | 'baseDir'>,
  signal: AbortSignal,
): Promise<Deed> {
  const place = { searchPath: around.env.PATH, baseDir: around.baseDir };
  const [name = '', ...args] = config.argv;
  const program = resolveProgram(name, place);
  // -n: a sudo that asks for a password would wait for it until the limit.
  const argv = config.sudo ? [resolveProgram('sudo', place), '-n', '--', program, ...args] : [program, ...args];
  const [file = program, ...rest] = argv;
  const result = await runProgram({
    ...{ file, args: rest, env: environment(config, around.env), signal, termMs, outputMax },
    timeoutMs: config.timeout,
    cwd: path.resolve(around.baseDir, config.cwd ?? '.'),
  });
  const output = [result.stdout, result.stderr].filter((text) => text !== '').join('\n');
  const { code: exitCode, timedOut } = result;
  return { ok: exitCode === 0, exitCode, timedOut, output, detail: describe(name, config.timeout, result) };
}

function environment(config: ActionConfigOf<'exec'>, source: ActionAround['env']): Record<string, string> {
  const declared = config.env.flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]]));
  return { ...plainEnvironment(source), ...Object.fromEntries(declared) };
}

function describe(
  name: string,
  timeoutMs: number,
  { code, timedOut, stdout, stderr }: Awaited<ReturnType<typeof runProgram>>,
): string {
  if (timedOut) return `${name} was ended: no end within ${timeoutMs / 1_000} s`;
  if (code === null) return `${name} was ended by a signal`;
  const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)?.trim();
  return `${name} ended with ${code}${code !== 0 && said ? `: ${said}` : ''}`;
}
