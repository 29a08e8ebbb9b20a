import { useWords } from '../lib/page-context.ts';
import { useHealth } from '../lib/queries.ts';

/** Services that are configured, those that the list knows of, and the one that the address names: else it could not be seen. */
function useServiceNames(seen: readonly string[], chosen: string): string[] {
  const configured = useHealth()?.value.services.map(({ name }) => name) ?? [];
  const names = new Set([...configured, ...seen, ...(chosen === '' ? [] : [chosen])]);
  return [...names].sort((a, b) => a.localeCompare(b));
}

interface Props {
  /** Empty for all. */
  chosen: string;
  seen: readonly string[];
  choose: (service: string) => void;
  testId: string;
}

/** Narrows a list to one service. */
export function ServiceSelect({ chosen, seen, choose, testId }: Props) {
  const words = useWords();
  const names = useServiceNames(seen, chosen);
  return (
    <select
      className="field"
      aria-label={words.service}
      value={chosen}
      onChange={({ target }) => choose(target.value)}
      data-testid={testId}
    >
      <option value="">{words.allServices}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
