import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { resolveProgram } from '../resolve-program.ts';
import { type ProgramResult, plainEnvironment, runProgram } from '../run-program.ts';
import type { JournalUnit } from './supervisor.ts';

const askMs = 5_000;
const number = z.coerce.number();

/** Properties of a unit, as `systemctl show` names them; the rest, its environment for one, is not asked for. */
const UnitShow = z.object({
  LoadState: z.string(),
  ActiveState: z.string(),
  SubState: z.string(),
  Result: z.string().optional(),
  NRestarts: number.optional(),
  MainPID: number.optional(),
  StartLimitBurst: number.optional(),
  MemoryMax: z.string().optional(),
  CanReload: z.enum(['yes', 'no']).optional(),
});
export type UnitShow = z.infer<typeof UnitShow>;

export interface Systemctl {
  /** Throws OpsError SUPERVISOR_UNAVAILABLE when systemd cannot be asked or knows no such unit. */
  show(): Promise<UnitShow>;
  /** One command, given to systemd and not waited for. Throws OpsError SUPERVISOR_UNAVAILABLE or SUPERVISOR_FAILED. */
  act(...args: string[]): Promise<void>;
  /** Forgets failures and starts that it has counted. Throws as `act`. */
  resetFailed(): Promise<void>;
  /** Asks the manager itself for something small. Throws as `show`. */
  greet(): Promise<void>;
}

/** systemd is asked by its own program: its bus would be a library and a connection to keep. */
export function createSystemctl({ unit, user }: JournalUnit): Systemctl {
  const whose = user ? "this user's systemd" : 'systemd';
  const ask = async (...args: string[]): Promise<ProgramResult> => {
    const result = await runSystemctl(user, args);
    if (result.timedOut) throw away('silent', `${whose} does not answer within ${askMs / 1_000} s`);
    if (!/Failed to connect to bus|not been booted with systemd/i.test(result.stderr)) return result;
    throw away('gone', `${whose} does not run or may not be asked: ${lastLine(result.stderr)}`);
  };
  const failed = (args: readonly string[], stderr: string) =>
    new OpsError('SUPERVISOR_FAILED', `systemctl ${args.join(' ')} failed: ${lastLine(stderr)}`, {
      hint: user
        ? `Look with: systemctl --user status ${unit}`
        : `Look with: systemctl status ${unit}; a user other than root needs a polkit rule for it.`,
    });
  return {
    show: async () => {
      const { code, stdout, stderr } = await ask('show', '-p', Object.keys(UnitShow.shape).join(','), '--', unit);
      if (code !== 0) throw away('refused', `${whose} does not show ${unit}: ${lastLine(stderr)}`);
      const shown = UnitShow.parse(
        Object.fromEntries(
          stdout.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
        ),
      );
      if (shown.LoadState === 'loaded') return shown;
      throw new OpsError('SUPERVISOR_UNAVAILABLE', `${whose} has no usable unit ${unit} (${shown.LoadState})`, {
        hint: `Look with: systemctl ${user ? '--user ' : ''}status ${unit}; after a change of its file: daemon-reload`,
        retryable: false,
      });
    },
    act: async (...args) => {
      const { code, stderr } = await ask(...args);
      if (code !== 0) throw failed(args, stderr);
    },
    resetFailed: async () => {
      const args = ['reset-failed', '--', unit];
      const { code, stderr } = await ask(...args);
      // A unit that does nothing is dropped from memory, and what was counted with it.
      if (code !== 0 && !/not loaded/i.test(stderr)) throw failed(args, stderr);
    },
    greet: async () => {
      const { code, stderr } = await ask('show', '-p', 'Version');
      if (code !== 0) throw away('refused', `${whose} refuses to answer: ${lastLine(stderr)}`);
    },
  };
}

function runSystemctl(user: boolean, args: readonly string[]): Promise<ProgramResult> {
  const whose = user ? ['--user'] : [];
  return runProgram({
    file: resolveProgram('systemctl', { searchPath: process.env.PATH, baseDir: '/' }),
    args: [...whose, '--no-pager', '--no-ask-password', ...args],
    env: systemdEnvironment(user),
    timeoutMs: askMs,
  });
}

/** A user's systemd is found by its runtime folder, which cron jobs and services of other users are not told of. */
export function systemdEnvironment(user: boolean): Record<string, string> {
  const runtime = process.env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`;
  return { ...plainEnvironment(), LANG: 'C', ...(user && { XDG_RUNTIME_DIR: runtime }) };
}

const away = (reach: 'gone' | 'silent' | 'refused', message: string): OpsError =>
  new OpsError('SUPERVISOR_UNAVAILABLE', message, {
    hint: 'For a user without a login session: loginctl enable-linger <user>, and run yoban as that user.',
    fields: { reach },
  });

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
