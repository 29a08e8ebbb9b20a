import { HealthResponse } from '@yoban/shared/contracts/health';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { z } from 'zod';
import { type ComposeProject, composeProject } from './compose-project.ts';

/** Kit and example; `init` has ended when the others start. */
export const services = ['redis', 'health-api', 'alerter', 'backup-worker', 'watchdog', 'ailife', 'ailife-standins'];

const Container = z.object({
  RestartCount: z.int(),
  State: z.object({ Status: z.string(), Pid: z.int(), Health: z.object({ Status: z.string() }).optional() }),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()),
  }),
});
type Container = z.infer<typeof Container>;
const Healthz = z.object({ pid: z.int() });

export interface RunningProject extends ComposeProject {
  container(service: string): Promise<Container>;
  /** Waits until the engine calls the service healthy, or unhealthy. */
  untilHealth(service: string, wanted: 'healthy' | 'unhealthy', limitMs?: number): Promise<void>;
  /** Kills the service's own process inside its container, as a fault would, and waits until the engine has started another. */
  killOnce(service: string): Promise<void>;
  health(): Promise<HealthResponse>;
  untilStatus(status: HealthResponse['status'], limitMs?: number): Promise<void>;
  /** Flips a fault switch of the example. */
  flip(name: string, body?: Record<string, unknown>): Promise<void>;
  /** Pid of the answering app in its container, or null. */
  appPid(): Promise<number | null>;
  untilAppPid(other: number | null, limitMs?: number): Promise<number>;
  /** What the receiver got, oldest first: one line of JSON a request. */
  messages(): Promise<string[]>;
}

/** Brings the project up from nothing and waits until every container is healthy. */
export async function startProject(graceMs: number): Promise<RunningProject> {
  const project = composeProject(await freePort(), graceMs);
  const { code, stderr } = await project.up();
  if (code !== 0) throw new Error(`compose up ended with ${code}: ${stderr}`);
  const key = await project.inside('health-api', 'cat /yoban/keys/admin_api_key');
  const faultToken = await project.inside('ailife', 'cat /yoban/app-keys/fault_token');
  const container = async (service: string) =>
    Container.parse(JSON.parse(await project.docker('inspect', '-f', '{{json .}}', await project.idOf(service))));
  const appUrl = async () => {
    const [binding] = (await container('ailife')).NetworkSettings.Ports['3100/tcp'] ?? [];
    return `http://127.0.0.1:${binding?.HostPort}`;
  };
  const health = async () => {
    const answer = await fetch(`${project.url}/api/health`, { headers: { authorization: `Bearer ${key}` } });
    return HealthResponse.parse(await answer.json());
  };
  let published = await appUrl();
  const appPid = async () => {
    try {
      const answer = await fetch(`${published}/healthz`, { signal: AbortSignal.timeout(2_000) });
      return answer.status === 200 ? Healthz.parse(await answer.json()).pid : null;
    } catch {
      // Nobody answers: that is the answer. A container that was made anew has another port.
      published = await appUrl();
      return null;
    }
  };
  return {
    ...project,
    container,
    health,
    appPid,
    untilHealth: async (service, wanted, limitMs = 60_000) => {
      const isSo = async () => (await container(service)).State.Health?.Status === wanted;
      await waitFor(`${service} ${wanted}`, isSo, limitMs);
    },
    killOnce: async (service) => {
      const before = (await container(service)).RestartCount;
      await project.crash(service);
      await waitFor(`a new ${service}`, async () => (await container(service)).RestartCount > before, 30_000);
    },
    untilStatus: async (status, limitMs = 60_000) => {
      let seen = '';
      const isSo = async () => {
        const now = await health();
        seen = `${now.status} ${JSON.stringify(now.reasons)}`;
        return now.status === status;
      };
      await waitFor(status, isSo, limitMs).catch((error: Error) => {
        throw new Error(`${error.message}; last seen: ${seen}`);
      });
    },
    flip: async (name, body = {}) => {
      const answer = await fetch(`${published}/faults/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${faultToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`switch ${name}: ${answer.status} ${await answer.text()}`);
    },
    untilAppPid: (other, limitMs = 30_000) =>
      waitFor(
        'another process of the app',
        async () => {
          const pid = await appPid();
          return pid !== null && pid !== other ? pid : null;
        },
        limitMs,
      ),
    messages: async () => {
      const received = await project.docker('logs', await project.idOf('receiver'));
      return received.split('\n').filter((line) => line !== '');
    },
  };
}
