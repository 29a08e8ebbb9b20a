import type { Incident } from '@yoban/shared/contracts/incident';
import type { ReactNode } from 'react';
import { fullTime } from '../../lib/format.ts';
import { useWords, useZone } from '../../lib/page-context.ts';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Codes({ texts }: { texts: readonly string[] }) {
  return (
    <span className="chips">
      {texts.map((text) => (
        <code key={text}>{text}</code>
      ))}
    </span>
  );
}

/** What is known of an incident beyond its course. */
export function IncidentFacts({ incident }: { incident: Incident }) {
  const words = useWords();
  const zone = useZone();
  const { cause, lastError, ackedBy, ackedAt, parentId, childIds, evidence, reports, note, id } = incident;
  return (
    <dl className="detail-facts">
      <Fact name={words.cause}>{cause}</Fact>
      {lastError !== null && (
        <Fact name={words.lastErrorName}>
          <code>{lastError}</code>
        </Fact>
      )}
      {ackedBy !== null && (
        <Fact name={words.lookedAfterBy}>
          {words.byAt(ackedBy, ackedAt === null ? '' : fullTime(Date.parse(ackedAt), zone))}
        </Fact>
      )}
      {note !== null && (
        <Fact name={words.note}>
          <span data-testid="incident.note">{note}</span>
        </Fact>
      )}
      {parentId !== null && (
        <Fact name={words.partOf}>
          <code>{parentId}</code>
        </Fact>
      )}
      {childIds.length > 0 && (
        <Fact name={words.explains}>
          <Codes texts={childIds} />
        </Fact>
      )}
      {evidence.length > 0 && (
        <Fact name={words.evidence}>
          <Codes texts={evidence} />
        </Fact>
      )}
      {reports.length > 0 && (
        <Fact name={words.reports}>
          <Codes texts={reports} />
        </Fact>
      )}
      <Fact name={words.incidentId}>
        <code>{id}</code>
      </Fact>
    </dl>
  );
}
