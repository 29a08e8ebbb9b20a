import type { MetricsCollector } from '@yoban/agent';
import { nextCycleAt } from './core/cycle-schedule.ts';
import { afterReply, chatPrompt, cyclePrompt, importanceOf } from './core/household.ts';
import type { Log } from './log.ts';
import type { AskModel } from './model-client.ts';
import { pause } from './pause.ts';
import type { GameStore, NewMemory } from './store/game-store.ts';

/** A timer can fire early or sleep through a suspended machine: the clock is looked at again this often. */
const LOOK_MS = 30_000;

export interface GameLoopDeps {
  game: GameStore;
  ask: AskModel;
  collector: MetricsCollector;
  log: Log;
  signal: AbortSignal;
  /** True while the fault switch holds all writes back. */
  writingStopped: () => boolean;
  /** After each change that viewers see. */
  changed: () => void;
  /** Ends the process when the store is ruined, else logs; see service.ts. */
  storeFailed: (error: unknown) => void;
}

/** Runs a cycle at each planned moment until the signal. A household without any cycle begins with one at once. */
export async function runCycles(cycleMs: number, deps: GameLoopDeps): Promise<void> {
  if (deps.game.summary().cycle === 0) await runCycle(Date.now(), deps);
  while (!deps.signal.aborted) {
    const plannedAt = nextCycleAt(Date.now(), cycleMs);
    guarded(deps, () => deps.game.planNext(plannedAt));
    await pauseUntil(plannedAt, deps.signal);
    if (!deps.signal.aborted) await runCycle(plannedAt, deps);
  }
}

/** Small talk between the cycles, one resident after the other. */
export async function runChat(chatMs: number, deps: GameLoopDeps): Promise<void> {
  if (chatMs === 0) return;
  for (let turn = 0; ; turn += 1) {
    await pause(chatMs, deps.signal);
    if (deps.signal.aborted) return;
    const awake = deps.game.residents().filter((resident) => resident.activity !== 'sleeping');
    const speaker = awake[turn % Math.max(1, awake.length)];
    if (!speaker) continue;
    const reply = await deps.ask(chatPrompt(speaker));
    const memory = { character: speaker.name, text: reply.say, importance: importanceOf('chat', reply) };
    guarded(deps, () => deps.game.saveChat(memory, Date.now()));
  }
}

async function runCycle(plannedAt: number, deps: GameLoopDeps): Promise<void> {
  if (deps.writingStopped()) return;
  const startedAt = Date.now();
  const number = deps.game.summary().cycle + 1;
  const residents = deps.game.residents();
  const memories: NewMemory[] = [];
  for (const [index, resident] of residents.entries()) {
    const reply = await deps.ask(cyclePrompt(resident, number));
    residents[index] = afterReply(resident, reply);
    memories.push({ character: resident.name, text: reply.say, importance: importanceOf('cycle', reply) });
  }
  if (deps.signal.aborted) return;
  const durationMs = Date.now() - startedAt;
  const driftMs = startedAt - plannedAt;
  const saved = guarded(deps, () =>
    deps.game.saveCycle({ number, plannedAt, startedAt, durationMs, driftMs, outcome: 'ok' }, residents, memories),
  );
  deps.collector.recordCycle(durationMs, driftMs, saved ? 'ok' : 'failed');
  deps.log.info({ event: 'cycle.finished', cycle: number, durationMs, driftMs, saved });
}

async function pauseUntil(at: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = at - Date.now(); leftMs > 0 && !signal.aborted; leftMs = at - Date.now()) {
    await pause(Math.min(leftMs, LOOK_MS), signal);
  }
}

/** Runs one change of the store; false when it was held back or failed. */
function guarded(deps: GameLoopDeps, change: () => void): boolean {
  if (deps.writingStopped()) return false;
  try {
    change();
    deps.changed();
    return true;
  } catch (error) {
    deps.storeFailed(error);
    return false;
  }
}
