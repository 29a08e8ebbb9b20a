import type { SupervisorStatus } from '@yoban/host-tools/supervisors/supervisor';
import { supervisorName } from '@yoban/shared/alerts/supervisor-name';
import { asOpsError, type OpsError } from '@yoban/shared/errors';
import { spanText } from '../age-text.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Cell } from '../output.ts';
import { type PickedService, pickServices } from '../pick-service.ts';

interface ServiceStatus {
  service: string;
  supervisor: string;
  status: SupervisorStatus | null;
  error: OpsError | null;
}

/** `status [SERVICE]`: 1 when a service that a supervisor holds does not run, or its supervisor cannot be asked. */
export const status: RunCommand = async (context, given) => {
  const { out, words, found } = context;
  const services = await Promise.all(pickServices(found().kit, given.args[0], words).map(ask));
  const json = services.map(({ error, status: state, ...rest }) => ({
    ...rest,
    ...(state ?? { state: 'unknown' }),
    error: error && { code: error.code, message: error.message, hint: error.hint },
  }));
  out.result({ services: json }, () => {
    out.table(
      words.service.head,
      services.map((one) => rowOf(one, context)),
    );
    for (const { error } of services) if (error) out.problem(error);
  });
  return services.every(isFine) ? exitCodes.fine : exitCodes.foundProblem;
};

async function ask({ name, supervisor }: PickedService): Promise<ServiceStatus> {
  const common = { service: name, supervisor: supervisor.kind };
  try {
    return { ...common, status: await supervisor.describe(), error: null };
  } catch (error) {
    return { ...common, status: null, error: asOpsError(error) };
  }
}

const isFine = ({ supervisor, status: state }: ServiceStatus): boolean =>
  supervisor === 'none' || state?.state === 'online' || state?.state === 'launching';

function rowOf({ service, supervisor, status: seen }: ServiceStatus, { io, words }: CommandContext): Cell[] {
  const by = supervisorName(supervisor);
  if (!seen) return [service, by, 'unknown', null, null, null, null];
  const state = seen.gaveUp ? `${seen.state} (${words.service.gaveUp})` : seen.state;
  const uptime = seen.startedAt === null ? null : spanText(io.now() - seen.startedAt, words);
  return [service, by, state, seen.pid, uptime, seen.restarts, seen.restartLimit];
}
