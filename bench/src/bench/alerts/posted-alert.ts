import { setTimeout as sleep } from 'node:timers/promises';

/** An alert as Prometheus posts it to `/api/v2/alerts`. */
export interface PostedAlert {
  labels: { alertname: string; service: string; severity: string };
  annotations: { summary: string };
  startsAt: string;
  endsAt?: string;
}

/** `count` alerts of different names, all firing since now. */
export const distinctAlerts = (count: number, prefix = 'A'): PostedAlert[] =>
  Array.from({ length: count }, (_, n) => firingAlert(`${prefix}${n}`));

export const firingAlert = (alertname: string, labels: Partial<PostedAlert['labels']> = {}): PostedAlert => ({
  labels: { alertname, service: 'bench', severity: 'critical', ...labels },
  annotations: { summary: `${alertname} fires` },
  startsAt: new Date().toISOString(),
});

const retryMs = 500;
const retriesMax = 60;

/**
 * Posts as Prometheus does, and again while the answer is 503.
 * @throws Error on any other answer but 200
 */
export async function postAlerts(
  url: string,
  headers: Record<string, string>,
  alerts: readonly PostedAlert[],
): Promise<void> {
  const body = JSON.stringify(alerts);
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const answer = await response.text();
    if (response.status === 200) return;
    if (response.status !== 503 || tries > retriesMax)
      throw new Error(`${url} answered ${response.status}: ${answer.slice(0, 200)}`);
    await sleep(retryMs);
  }
}
