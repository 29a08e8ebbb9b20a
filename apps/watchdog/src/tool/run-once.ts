import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { supervisorOf } from '@yoban/host-tools/supervisors/registry';
import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import { createProducer } from '@yoban/shared/bus/producer';
import { OpsError } from '@yoban/shared/errors';
import { startDrain } from '@yoban/shared/facts/drain-facts';
import { heartbeatAgeMs, heartbeatMaxAgeMs } from '@yoban/shared/heartbeat';
import { createStopStack, type StopStack } from '@yoban/shared/lifecycle';
import { createLogger, type Log } from '@yoban/shared/logger';
import type { WatchdogConfig } from '../config.ts';
import type { ServicePolicy } from '../core/policy/policy-rules.ts';
import { PolicyState } from '../core/policy/policy-state.ts';
import { type PolicySummary, summarizePolicy } from '../core/policy/summarize-policy.ts';
import { createFaultBoard } from '../fault-board.ts';
import { systemClock } from '../policy/boot-clock.ts';
import { createPolicies } from '../policy/create-policies.ts';
import { createPolicyStore } from '../store/policy-store.ts';
import { openWatchStore, type WatchStore } from '../store/watch-store.ts';
import { isSettled } from './is-settled.ts';
import { readStates } from './read-status.ts';

export interface OnceReport {
  services: PolicySummary[];
  /** Words of the engine with what they are about, in order. */
  steps: { service: string; fault: string | null; reason: string; detail: string }[];
  /** False where the limit came first. */
  settled: boolean;
}

/** Longer than any ladder that does not wait for a window. */
const limitMs = 600_000;
const pollMs = 100;
const drainMs = 3_000;

/**
 * Looks at everything once, and repairs what is found as the running watchdog would; with `dryRun` nothing is done, kept or told.
 * @throws OpsError KIT_ALREADY_RUNNING where a watchdog runs: two of them would repair against each other.
 */
export async function runOnce(
  config: WatchdogConfig,
  policies: readonly ServicePolicy[],
  dryRun: boolean,
): Promise<OnceReport> {
  const ageMs = heartbeatAgeMs(config.paths.run, 'watchdog', Date.now());
  if (!dryRun && ageMs !== null && ageMs < heartbeatMaxAgeMs)
    throw new OpsError('KIT_ALREADY_RUNNING', 'a watchdog is at work in this home', {
      hint: 'Add --dry-run to see what would be done, or ask the running one: yoban kick.',
    });
  const steps: OnceReport['steps'] = [];
  const log = collectingLog(steps);
  const stop = createStopStack(log);
  try {
    const store = dryRun ? scratchStore(config, stop) : openWatchStore(config.storeFile);
    stop.push('store', () => store.close());
    const wake = dryRun ? () => {} : startTelling(config, store, log, stop);
    const supervisors = new Map(
      config.services.map(({ name, config: own }) => [name, supervisorOf(name, own.supervisor)] as const),
    );
    for (const supervisor of supervisors.values())
      stop.push(
        'supervisor',
        supervisor.watch(() => {}),
      );
    const wanted = new Map(policies.map((policy) => [policy.service, dryRun ? withoutTraces(policy) : policy]));
    const running = createPolicies({
      ...{ config, store, board: createFaultBoard(), supervisors, log, stop, wake, onKickAnswer: () => {} },
      policyOf: (service) => wanted.get(service) ?? null,
    });
    const begunAt = Date.now();
    running.start();
    const states = () => policies.flatMap(({ service }) => running.stateOf(service) ?? []);
    const settled = () => states().every((state) => isSettled(state, begunAt));
    while (!settled() && Date.now() - begunAt < limitMs) await sleep(pollMs);
    const services = policies.flatMap((policy) => {
      const state = running.stateOf(policy.service);
      return state ? [summarizePolicy(state, policy, Date.now())] : [];
    });
    return { services, steps, settled: settled() };
  } finally {
    await stop.run();
  }
}

/** No evidence is taken where nothing is done. */
const withoutTraces = (policy: ServicePolicy): ServicePolicy => ({
  ...policy,
  mode: 'observe',
  faults: Object.fromEntries(Object.entries(policy.faults).map(([name, fault]) => [name, { ...fault, evidence: [] }])),
});

/** A store of its own, with what is kept of each policy; thrown away at the end. */
function scratchStore(config: WatchdogConfig, stop: StopStack): WatchStore {
  const folder = mkdtempSync(path.join(tmpdir(), 'yoban-once-'));
  stop.push('scratch folder', () => rmSync(folder, { recursive: true, force: true }));
  const store = openWatchStore(path.join(folder, 'watchdog.sqlite'));
  const copies = createPolicyStore(store.db);
  const clock = systemClock();
  const mark = { bootId: clock.bootId, offsetMs: clock.now() - clock.monotonicMs() };
  for (const [service, kept] of readStates(config.storeFile)) {
    const parsed = PolicyState.safeParse(kept);
    if (parsed.success) copies.commit(service, parsed.data, [], mark);
  }
  return store;
}

/** What it tells leaves while it runs, and for a moment after; the rest waits in the store for the next one. */
function startTelling(config: WatchdogConfig, store: WatchStore, log: Log, stop: StopStack): () => void {
  const producer = createProducer(config.redis, log);
  stop.push('producer', () => producer.close());
  const { wake } = startDrain(store.db, { producer, intake: createAlerterIntake(config.intake), log, stop });
  stop.push('last facts', async () => {
    wake();
    const left = store.db.prepare<[], number>('SELECT count(*) FROM fact_outbox').pluck();
    for (const end = Date.now() + drainMs; Date.now() < end && (left.get() ?? 0) > 0; ) await sleep(pollMs);
  });
  return wake;
}

/** The engine's words reach people as the result, not as log lines. */
const collectingLog = (steps: OnceReport['steps']): Log =>
  createLogger('watchdog', 'info', {
    write: (line: string) => {
      const { event, service, fault, reason, detail } = JSON.parse(line);
      if (event === 'policy.step') steps.push({ service, fault, reason, detail });
    },
  });
