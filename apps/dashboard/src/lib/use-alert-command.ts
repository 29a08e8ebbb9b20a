import { useEffect, useState } from 'react';
import { CommandTaken } from './alert-answers.ts';
import { useAudit } from './alert-queries.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { awaited, type CommandState, followCommand } from './command-state.ts';
import { useServices, useWords } from './page-context.ts';
import { useNow } from './use-now.ts';

export interface AlertCommand {
  state: CommandState;
  ask: (send: (api: ApiClient) => Promise<unknown>) => void;
}

/** What a refusal says to the person at the page: which field is wrong, else what to do, else what happened. */
export function refusalOf(error: unknown, noAnswer: string): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 0) return noAnswer;
  const fields = error.problem?.errors?.map(({ message }) => message) ?? [];
  if (fields.length > 0) return fields.join('; ');
  return error.status >= 500 ? (error.problem?.hint ?? error.message) : error.message;
}

/** Sends a command to the alerter and follows it to its end; what the command changes comes live, never from here. */
export function useAlertCommand(): AlertCommand {
  const { api } = useServices();
  const words = useWords();
  const { monotonicMs } = useNow();
  const [stored, setState] = useState<CommandState>({ kind: 'idle' });
  const audit = useAudit(awaited(stored));
  const state = followCommand(stored, audit, monotonicMs);
  useEffect(() => {
    if (state.kind !== stored.kind) setState(state);
  }, [state, stored]);
  const run = async (send: (api: ApiClient) => Promise<unknown>) => {
    setState({ kind: 'asking' });
    try {
      const { commandId } = CommandTaken.parse(await send(api));
      setState({ kind: 'waiting', commandId, sinceMs: monotonicMs });
    } catch (error) {
      setState({ kind: 'refused', why: refusalOf(error, words.noAnswer), atMs: monotonicMs });
    }
  };
  return { state, ask: (send) => void run(send) };
}
