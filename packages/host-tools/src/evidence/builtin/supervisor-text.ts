import { asOpsError } from '@yoban/shared/errors';
import type { Supervisor } from '../../supervisors/supervisor.ts';

/** What the supervisor says of the service and how it does itself. */
export async function supervisorText(supervisor: Supervisor): Promise<string> {
  const daemon = await supervisor.daemon();
  const said = { kind: supervisor.kind, daemon, service: await describeOrWhyNot(supervisor) };
  return `${JSON.stringify(said, null, 2)}\n`;
}

async function describeOrWhyNot(supervisor: Supervisor): Promise<unknown> {
  try {
    return await supervisor.describe();
  } catch (thrown) {
    const { code, message } = asOpsError(thrown);
    return { code, message };
  }
}
