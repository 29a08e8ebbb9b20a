import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { plainEnvironment, runProgram } from '../run-program.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, inWords, unknown, type Verdict } from './verdict.ts';

/** A declared program ends as it should and says what it should. What else it says is not repeated: it may hold a secret. */
export function createCommandProbe(config: ProbeConfigOf<'command'>, around: ProbeAround): PolicyProbe {
  const late = (limit: string) => bad(`${config.argv[0]} did not end within ${limit}`);
  const cwd = path.resolve(around.baseDir, config.cwd ?? '.');
  return {
    look: framedLook({ timeoutMs: config.timeout, now: around.now, late }, async (signal) => {
      if (!(await isFolder(cwd))) return unknown(`there is no folder ${cwd} to run it in`);
      return run(config, { cwd, signal, env: plainEnvironment(around.env) });
    }),
    close: () => undefined,
  };
}

interface Surroundings {
  cwd: string;
  signal: AbortSignal;
  env: Record<string, string>;
}

async function run(
  { argv: [file = '', ...args], timeout, exitCode, contains }: ProbeConfigOf<'command'>,
  surroundings: Surroundings,
): Promise<Verdict> {
  try {
    const result = await runProgram({ file, args, timeoutMs: timeout, endGroup: true, ...surroundings });
    if (result.timedOut) return bad(`${file} did not end within ${inWords(timeout)}`);
    const measured = { value: result.code, unit: null };
    if (result.code === null) return bad(`${file} was ended by a signal`);
    if (result.code !== exitCode) return bad(`${file} ended with exit code ${result.code}, not ${exitCode}`, measured);
    const missing = contains.find((text) => !result.stdout.includes(text) && !result.stderr.includes(text));
    if (missing !== undefined) return bad(`${file} does not say "${missing}"`, measured);
    return good(`${file} ended with exit code ${result.code}`, measured);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return unknown(`${file} is not installed`);
    if (hasErrno(error, 'EACCES', 'EPERM', 'ENOEXEC')) return unknown(`${file} may not be run by this user`);
    throw error;
  }
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return false;
    throw error;
  }
}
