import { Link, useRoute } from 'wouter';
import { type Shape, StateShape } from './state-mark.tsx';

export interface SubPlace {
  href: string;
  label: string;
  /** How many there are to look at, with what they are; nothing is shown for none. */
  count?: { value: number; shape: Shape; label: string } | null;
}

function SubLink({ href, label, count }: SubPlace) {
  const [here] = useRoute(href);
  return (
    <Link href={href} aria-current={here ? 'page' : undefined} data-testid={`sub-nav.${href.split('/').at(-1)}`}>
      {label}
      {count && count.value > 0 && (
        <span className={`state is-${count.shape}`} title={count.label}>
          <StateShape shape={count.shape} />
          {count.value}
          <span className="sr"> {count.label}</span>
        </span>
      )}
    </Link>
  );
}

/** The pages of one subject, as links: each can be kept and shared. */
export function SubNav({ label, places }: { label: string; places: readonly SubPlace[] }) {
  return (
    <nav className="sub-nav" aria-label={label}>
      {places.map((place) => (
        <SubLink key={place.href} {...place} />
      ))}
    </nav>
  );
}
