import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { resolveProgram } from '@yoban/host-tools/resolve-program';
import { plainEnvironment, runProgram } from '@yoban/host-tools/run-program';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { CommandContext, RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withBlock } from '../watchdog/crontab-block.ts';
import { crontabFile } from '../watchdog/plan-install.ts';
import { type ServicePlace, servicePlace } from '../watchdog/service-place.ts';

const limitMs = 60_000;

/** `watchdog enable`: starts what `watchdog install` wrote, now and at every boot; with --dry-run says how. */
export const watchdogEnable: RunCommand = async (context, given) => {
  const { out, words } = context;
  const place = servicePlace(context, given);
  refuseBefore(context, place);
  const isDry = given.options.dryRun === true;
  const steps = place.kind === 'cron' ? cronSteps(place) : systemdSteps(place);
  if (!isDry) {
    if (place.kind === 'cron') await writeCrontab(context, place);
    else for (const step of steps) await run(context, step);
  }
  out.result({ kind: place.kind, dryRun: isDry, steps }, () => {
    for (const step of steps)
      out.line(isDry ? words.install.wouldRun(step.join(' ')) : words.install.ran(step.join(' ')));
    if (place.kind === 'user') out.line(words.install.linger(place.user));
  });
  return exitCodes.fine;
};

/** Two watchdogs over one store would repair against each other. */
function refuseBefore({ words, found }: CommandContext, { unitFolder, home }: ServicePlace): void {
  const file = unitFolder === null ? crontabFile(home) : path.join(unitFolder, 'yoban.target');
  if (!existsSync(file))
    throw new OpsError('USAGE', words.install.notInstalled, { hint: words.install.notInstalledHint });
  const pid = found().file?.pid;
  if (pid !== undefined && isAlive(pid)) throw new OpsError('KIT_ALREADY_RUNNING', words.install.runs(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return false;
    if (hasErrno(error, 'EPERM')) return true;
    throw error;
  }
}

function systemdSteps({ kind }: ServicePlace): string[][] {
  const systemctl = kind === 'user' ? ['systemctl', '--user'] : ['systemctl'];
  return [
    [...systemctl, 'daemon-reload'],
    [...systemctl, 'enable', '--now', 'yoban.target', 'yoban-guardian.timer'],
  ];
}

const cronSteps = ({ home }: ServicePlace): string[][] => [['crontab', `${crontabFile(home)}.whole`]];

/** @throws OpsError SUPERVISOR_UNAVAILABLE, PROGRAM_NOT_FOUND */
async function run({ io }: CommandContext, [name = '', ...args]: string[]): Promise<string> {
  const file = resolveProgram(name, { searchPath: io.env.PATH, baseDir: io.cwd });
  const session = Object.fromEntries(
    ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_CONFIG_HOME'].flatMap((one) =>
      io.env[one] ? [[one, io.env[one]]] : [],
    ),
  );
  const env = { ...plainEnvironment(io.env), ...session };
  const { code, stdout, stderr } = await runProgram({ file, args, env, timeoutMs: limitMs, cwd: io.cwd });
  if (code === 0) return stdout;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  throw new OpsError('SUPERVISOR_UNAVAILABLE', `${[name, ...args].join(' ')}: ${said || `exit code ${code}`}`);
}

async function writeCrontab(context: CommandContext, place: ServicePlace): Promise<void> {
  const whole = `${crontabFile(place.home)}.whole`;
  const text = withBlock(await presentCrontab(context), readFileSync(crontabFile(place.home), 'utf8'));
  writeFileSync(whole, text, { mode: 0o600 });
  await run(context, ['crontab', whole]);
}

/** `crontab -l` ends with 1 where there is none yet. */
async function presentCrontab(context: CommandContext): Promise<string> {
  try {
    return await run(context, ['crontab', '-l']);
  } catch (error) {
    if (error instanceof OpsError && /no crontab for/i.test(error.message)) return '';
    throw error;
  }
}
