import { audited } from '../audited.ts';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { pickService } from '../pick-service.ts';
import { refuseFromInside } from '../refuse-from-inside.ts';
import { reportedByHand } from '../reported-by-hand.ts';

/** `restart [SERVICE]`: the primary unless one is named. Returns when the new process is there. */
export const restart: RunCommand = async (context, given) => {
  const { out, words, found } = context;
  const service = pickService(found().kit, given.args[0], words);
  refuseFromInside(context, 'restart', service);
  const { name, supervisor } = service;
  const isUp = ({ state }: { state: string }) => state === 'online' || state === 'launching';
  const work = async () => {
    const { pid: pidBefore } = await supervisor.describe();
    await supervisor.restart();
    const { pid: pidAfter, state } = await supervisor.describe();
    return { pidBefore, pidAfter, state };
  };
  type Done = Awaited<ReturnType<typeof work>>;
  const describe = (ended: Done) => ({
    ok: isUp(ended),
    detail: `pid ${ended.pidBefore ?? '-'} -> ${ended.pidAfter ?? '-'}`,
  });
  const done = await audited(
    context,
    { action: 'restart', target: name },
    () => reportedByHand(context, { action: 'restart', service: name, supervisor, describe }, work),
    (ended) => (isUp(ended) ? 'ok' : 'failed'),
  );
  out.result({ service: name, ...done }, () =>
    out.line(words.service.restarted(name, String(done.pidBefore ?? '-'), String(done.pidAfter ?? '-'))),
  );
  return isUp(done) ? exitCodes.fine : exitCodes.foundProblem;
};
