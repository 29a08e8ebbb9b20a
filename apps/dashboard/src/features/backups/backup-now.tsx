import type { BackupOverview } from '@yoban/shared/contracts/backup';
import { useEffect, useId, useState } from 'react';
import { z } from 'zod';
import type { Locale, Messages } from '../../i18n/messages.ts';
import { ApiError } from '../../lib/api-client.ts';
import { bytesText, latencyText } from '../../lib/format.ts';
import { useLocale, useServices, useWords } from '../../lib/page-context.ts';
import { useBackups, useBusDown } from '../../lib/queries.ts';
import { useNow } from '../../lib/use-now.ts';
import { type BackupRequest, followRequest } from './backup-request.ts';

const Accepted = z.object({ requestId: z.string() });

interface BackupNow {
  request: BackupRequest;
  /** Why the button cannot be pressed; null when it can. */
  blocked: string | null;
  ask: () => void;
}

function useBackupNow(overview: BackupOverview | null): BackupNow {
  const { api } = useServices();
  const words = useWords();
  const now = useNow();
  const busDown = useBusDown();
  const [stored, setRequest] = useState<BackupRequest>({ kind: 'idle' });
  const request = followRequest(stored, overview, now.monotonicMs);
  useEffect(() => {
    if (request.kind !== stored.kind) setRequest(request);
  }, [request, stored]);
  const ask = async (db: string, beforeRunId: string | null) => {
    setRequest({ kind: 'asking', db });
    try {
      const { requestId } = Accepted.parse(await api.post('/api/backups', { db, tier: 'hourly' }));
      setRequest({ kind: 'running', db, requestId, beforeRunId, sinceMs: now.monotonicMs });
    } catch (error) {
      const why = error instanceof ApiError ? (error.problem?.hint ?? error.message) : String(error);
      setRequest({ kind: 'refused', why, atMs: now.monotonicMs });
    }
  };
  return {
    request,
    blocked: busDown ? words.backupNeedsBus : null,
    ask: () => {
      if (overview) void ask(overview.db, overview.lastRun?.id ?? null);
    },
  };
}

function outcomeText(request: BackupRequest, words: Messages, locale: Locale): string | null {
  switch (request.kind) {
    case 'idle':
    case 'asking':
    case 'running':
      return null;
    case 'slow':
      return words.backupSlow;
    case 'refused':
      return words.backupRefused(request.why);
    case 'done':
      return request.run.state === 'ok'
        ? words.backupMade(bytesText(request.run.file.sizeBytes), latencyText(request.run.file.durationMs, locale))
        : words.backupFailed(request.run.message);
    default:
      return request satisfies never;
  }
}

/** The overview to act on when none is named: that of the primary service, else the first. */
export function usePrimaryBackup(primary: string): BackupOverview | null {
  const overviews = useBackups() ?? [];
  return overviews.find(({ service }) => service === primary) ?? overviews[0] ?? null;
}

/** The button and, below it, what came of it. Nothing to press while nothing could follow. */
export function BackUpNow({ overview, primary = false }: { overview: BackupOverview | null; primary?: boolean }) {
  const words = useWords();
  const locale = useLocale();
  const reasonId = useId();
  const { request, blocked, ask } = useBackupNow(overview);
  const busy = request.kind === 'asking' || request.kind === 'running';
  const outcome = blocked ?? outcomeText(request, words, locale);
  const disabled = busy || blocked !== null || overview === null || request.kind === 'refused';
  return (
    <>
      <output className="outcome" id={reasonId} data-testid="backup-now.outcome" data-state={request.kind}>
        {outcome}
      </output>
      <button
        type="button"
        className={`btn${primary ? ' primary' : ''}`}
        disabled={disabled}
        aria-describedby={outcome ? reasonId : undefined}
        onClick={ask}
        data-testid="backup-now"
      >
        {busy ? words.backingUp : words.backUpNow}
      </button>
    </>
  );
}
