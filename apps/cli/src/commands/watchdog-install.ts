import { chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { OpsError } from '@yoban/shared/errors';
import { replaceFixedName } from '@yoban/shared/fixed-name-file';
import type { CommandContext, RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { namesSetIn } from '../watchdog/environment-text.ts';
import { mark } from '../watchdog/fill-unit.ts';
import { needsOwnRedis, secretNames } from '../watchdog/kit-variables.ts';
import { type PlannedFile, planInstall } from '../watchdog/plan-install.ts';
import { type ServicePlace, servicePlace, serviceUser } from '../watchdog/service-place.ts';

/** `watchdog install`: writes what makes yoban a service, or with --dry-run shows it. Nothing is started. */
export const watchdogInstall: RunCommand = async (context, given) => {
  const { out, words, found } = context;
  const asked = servicePlace(context, given);
  const place = { ...asked, user: serviceUser(asked, context, given) };
  const files = planInstall(context, place);
  for (const file of files) refuseForeign(file, context);
  const isDry = given.options.dryRun === true;
  const changed = files.filter((file) => !existsSync(file.path) || readFileSync(file.path, 'utf8') !== file.text);
  if (!isDry) {
    if (needsOwnRedis(found().kit)) ownFolder(path.join(place.home, 'redis'), place);
    for (const file of changed) writeFile(file, place);
  }
  const unset = unsetSecrets(context, place);
  const result = { ...place, dryRun: isDry, files: files.map(({ path: name, text }) => ({ path: name, text })), unset };
  out.result(result, () => {
    for (const { path: name, text } of files) {
      const word = changed.some((file) => file.path === name) ? (isDry ? 'wouldWrite' : 'written') : 'unchanged';
      out.line(words.install[word](name));
      if (isDry) out.line(text);
    }
    if (unset.length > 0) out.line(words.install.unset(unset.join(', '), place.envFile));
    out.line(words.install.next(place.kind));
  });
  return exitCodes.fine;
};

/** A unit of that name that we did not write belongs to somebody. */
function refuseForeign({ path: file }: PlannedFile, { words, found }: CommandContext): void {
  const isOurs = file.startsWith(`${found().kit.paths.home}${path.sep}`);
  if (isOurs || !existsSync(file) || readFileSync(file, 'utf8').includes(mark)) return;
  throw new OpsError('CONFLICT', words.install.foreign(file), { hint: words.install.foreignHint });
}

function writeFile({ path: file, text, mode }: PlannedFile, place: ServicePlace): void {
  mkdirSync(path.dirname(file), { recursive: true });
  replaceFixedName(file, text, mode);
  if (file.startsWith(`${place.home}${path.sep}`)) giveToOwner(file, place);
}

function ownFolder(folder: string, place: ServicePlace): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveToOwner(folder, place);
}

/** Written by root for somebody else: what lies in a home belongs to whom the home belongs to. */
function giveToOwner(file: string, { home }: ServicePlace): void {
  const { uid, gid } = statSync(home);
  if (process.getuid?.() === 0 && uid !== 0) chownSync(file, uid, gid);
}

/** Secrets of the configuration that the person's file does not hold: a service started by systemd has nothing else. */
function unsetSecrets({ found }: CommandContext, { envFile, serviceEnv }: ServicePlace): string[] {
  const known = [envFile, serviceEnv].flatMap((file) =>
    existsSync(file) ? namesSetIn(readFileSync(file, 'utf8')) : [],
  );
  return secretNames(found().kit).filter((name) => !known.includes(name) && !known.includes(`${name}_FILE`));
}
