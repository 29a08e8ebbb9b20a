import type { Incident } from '@yoban/shared/contracts/incident';
import { useWords } from '../../lib/page-context.ts';
import { CourseList } from './course-list.tsx';
import { IncidentCommands } from './incident-commands.tsx';
import { IncidentFacts } from './incident-facts.tsx';
import { PhaseTable } from './phase-table.tsx';

/** Everything that is known of one incident, and what can be said of it. */
export function IncidentDetail({ incident }: { incident: Incident }) {
  const words = useWords();
  return (
    <div className="alert-detail" data-testid="incident.detail">
      <section aria-label={words.course}>
        <h3>{words.course}</h3>
        <CourseList incident={incident} />
      </section>
      <IncidentFacts incident={incident} />
      {incident.phases.length > 0 && (
        <section className="wide" aria-label={words.phases}>
          <h3>{words.phases}</h3>
          <PhaseTable phases={incident.phases} detectedAt={incident.detectedAt} />
        </section>
      )}
      <IncidentCommands incident={incident} />
    </div>
  );
}
