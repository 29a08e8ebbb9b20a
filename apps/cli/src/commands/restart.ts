import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { pickService } from '../pick-service.ts';

/** `restart [SERVICE]`: the primary unless one is named. Returns when the new process is there. */
export const restart: RunCommand = async ({ out, words, found }, given) => {
  const { name, supervisor } = pickService(found().kit, given.args[0], words);
  const { pid: pidBefore } = await supervisor.describe();
  await supervisor.restart();
  const { pid: pidAfter, state } = await supervisor.describe();
  out.result({ service: name, pidBefore, pidAfter, state }, () =>
    out.line(words.service.restarted(name, String(pidBefore ?? '-'), String(pidAfter ?? '-'))),
  );
  return state === 'online' || state === 'launching' ? exitCodes.fine : exitCodes.foundProblem;
};
