import { containerActions, guardLabel } from '@yoban/shared/contracts/engine';
import type { ContainerCall, EngineCall } from './engine-call.ts';

const guarded = `${guardLabel}=true`;

const filters = (labels: readonly string[], more: Record<string, readonly string[]> = {}): string =>
  `filters=${encodeURIComponent(JSON.stringify({ ...more, label: [guarded, ...labels] }))}`;

/** The address that the engine is asked at, of our own making. The engine shows what has all of the labels, so ours is never lost. */
export function enginePath(api: string, call: Exclude<EngineCall, ContainerCall>): string {
  switch (call.do) {
    case 'ping':
      return `${api}/_ping`;
    case 'version':
      return `${api}/version`;
    case 'list':
      return `${api}/containers/json?all=${call.all ? 1 : 0}&${filters(call.labels)}`;
    case 'events':
      return `${api}/events?${filters(call.labels, { type: ['container'], event: containerActions })}`;
    default:
      return call satisfies never;
  }
}

/** The same for one container; `id` is a whole id, but for the look-up that finds it. */
export function containerPath(
  api: string,
  call: Pick<ContainerCall, 'do'> & { timeoutS?: number | null },
  id: string,
): string {
  const at = `${api}/containers/${encodeURIComponent(id)}`;
  switch (call.do) {
    case 'inspect':
      return `${at}/json`;
    case 'stats':
      return `${at}/stats?stream=0&one-shot=1`;
    case 'start':
    case 'stop':
    case 'restart':
      return `${at}/${call.do}${call.timeoutS == null ? '' : `?t=${call.timeoutS}`}`;
    default:
      return call.do satisfies never;
  }
}
