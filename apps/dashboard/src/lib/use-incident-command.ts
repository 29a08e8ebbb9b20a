import type { Incident } from '@yoban/shared/contracts/incident';
import { useEffect, useState } from 'react';
import { CommandTaken } from './alert-answers.ts';
import type { ApiClient } from './api-client.ts';
import { type CommandState, followCommand } from './command-state.ts';
import { useServices, useWords } from './page-context.ts';
import { refusalOf } from './use-alert-command.ts';
import { useNow } from './use-now.ts';

export interface IncidentCommand {
  state: CommandState;
  ask: (what: 'ack' | 'note' | 'false-alarm', body: unknown) => void;
}

/** Sends what somebody says of an incident, and follows it until the watchdog has written it: a revision that is higher has come. */
export function useIncidentCommand({ id, revision }: Incident): IncidentCommand {
  const { api } = useServices();
  const words = useWords();
  const { monotonicMs } = useNow();
  const [stored, setState] = useState<CommandState>({ kind: 'idle' });
  const [askedAt, setAskedAt] = useState(revision);
  const written = revision > askedAt ? { done: true, reason: 'written' } : null;
  const state = followCommand(stored, written, monotonicMs);
  useEffect(() => {
    if (state.kind !== stored.kind) setState(state);
  }, [state, stored]);
  const run = async (send: (client: ApiClient) => Promise<unknown>) => {
    setAskedAt(revision);
    setState({ kind: 'asking' });
    try {
      const { commandId } = CommandTaken.parse(await send(api));
      setState({ kind: 'waiting', commandId, sinceMs: monotonicMs });
    } catch (error) {
      setState({ kind: 'refused', why: refusalOf(error, words.noAnswer), atMs: monotonicMs });
    }
  };
  const ask: IncidentCommand['ask'] = (what, body) =>
    void run((client) => client.post(`/api/incidents/${encodeURIComponent(id)}/${what}`, body));
  return { state, ask };
}
