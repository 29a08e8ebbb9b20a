import type { Incident } from '@yoban/shared/contracts/incident';
import { fullTime, nearTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useNow } from '../../lib/use-now.ts';
import { courseOf } from './incident-course.ts';
import { spanText } from './incident-words.ts';

const tones = { ok: 'is-ok', error: 'is-error' } as const;

/** Detected, told, acted, recovered: each with its time, and how long after the detection. */
export function CourseList({ incident }: { incident: Incident }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const { serverMs } = useNow();
  const detectedAt = Date.parse(incident.detectedAt);
  return (
    <ol className="course" data-testid="incident.course">
      {courseOf(incident, words).map(({ key, at, kind, title, notes, tone }) => {
        const atMs = Date.parse(at);
        return (
          <li key={key} className={tone === null ? '' : tones[tone]} data-kind={kind}>
            <time dateTime={at} title={fullTime(atMs, zone)}>
              {nearTime(atMs, serverMs, zone)}
            </time>
            <span className="what">
              <b>{title}</b> {notes.join(' · ')}
            </span>
            <span className="mute">
              {atMs > detectedAt && words.afterDetection(spanText(atMs - detectedAt, locale))}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
