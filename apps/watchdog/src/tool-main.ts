import { asOpsError, OpsError } from '@yoban/shared/errors';
import { applyProfile } from '@yoban/shared/policy/apply-profile';
import { z } from 'zod';
import { readWatchdogConfig, type WatchdogConfig } from './config.ts';
import { hasFaults, hasPolicy, type ServicePolicy } from './core/policy/policy-rules.ts';
import { readStatus } from './tool/read-status.ts';
import { runOnce } from './tool/run-once.ts';
import { runSimulation } from './tool/run-simulation.ts';

/** What the command line asks of the watchdog's own code, as one JSON argument. */
const Request = z.strictObject({
  do: z.enum(['status', 'run-once', 'simulate']),
  fast: z.boolean(),
  noRecovery: z.boolean(),
  dryRun: z.boolean(),
  target: z.string().nullable(),
});

/** One JSON object on stdout: `{result}` or `{error}`. */
async function answer(): Promise<object> {
  try {
    const request = Request.parse(JSON.parse(process.argv[2] ?? '{}'));
    const config = readWatchdogConfig(process.env, process.cwd());
    return { result: await perform(request, config, policiesOf(config, request)) };
  } catch (error) {
    const { code, message, hint, fields } = asOpsError(error);
    return { error: { code, message, hint, fields } };
  }
}

function policiesOf(config: WatchdogConfig, flags: z.infer<typeof Request>): ServicePolicy[] {
  return config.services
    .filter(({ config: own }) => hasPolicy(own))
    .map(({ name, config: own }) => applyProfile({ ...own, service: name }, flags));
}

async function perform(
  request: z.infer<typeof Request>,
  config: WatchdogConfig,
  policies: ServicePolicy[],
): Promise<unknown> {
  switch (request.do) {
    case 'status':
      return { services: readStatus(policies, config.storeFile, Date.now()) };
    case 'run-once':
      return runOnce(config, policies, request.dryRun);
    case 'simulate':
      if (request.target === null) throw new OpsError('USAGE', 'a file or the name of a fault is missing');
      return runSimulation(policies.filter(hasFaults), request.target);
    default:
      return request.do satisfies never;
  }
}

process.stdout.write(`${JSON.stringify(await answer())}\n`);
