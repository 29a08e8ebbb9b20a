import type { ReportedMetric } from '@yoban/host-tools/policy-probes/policy-probe';
import { createHttpProbe } from '@yoban/host-tools/probes/http';
import { ServiceSummary } from '@yoban/shared/contracts/health';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { SECOND } from '@yoban/shared/contracts/time';
import { z } from 'zod';

export interface ReportedFigures {
  /** The newest figure a service reported, null while it is not to be had. Never rejects. */
  of(service: string, metric: ReportedMetric, signal: AbortSignal): Promise<number | null>;
  close(): void;
}

/** health-api answers from memory; one that takes longer hangs. */
const timeoutMs = 3 * SECOND;
const bodyMaxBytes = 1_048_576;
const Answer = jsonText(z.object({ services: z.array(ServiceSummary.pick({ name: true, error_rate: true })) }));

/**
 * Services report to health-api, which alone knows what is stale: its answer is asked for each look (H5). A kit that does not answer
 * makes the figure unknown, never bad: a fault of ours must not repair anybody.
 */
export function createReportedFigures(healthUrl: string): ReportedFigures {
  const probe = createHttpProbe({ url: healthUrl, timeoutMs, bodyMaxBytes });
  return {
    of: async (service, metric, signal) => {
      const look = await probe.look(signal);
      if (look.outcome === 'failed') return null;
      const services = Answer.safeParse(look.body).data?.services ?? [];
      return services.find(({ name }) => name === service)?.[metric] ?? null;
    },
    close: () => probe.close(),
  };
}
