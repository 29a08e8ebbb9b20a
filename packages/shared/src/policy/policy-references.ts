type Section = Record<string, unknown>;
type Path = (string | number)[];
type Note = (path: Path, message: string) => void;

/** Names that a fault, a budget or a kick uses but nobody declares, of one service as it is written in the file. */
export function policyReferences(service: Section, at: Path, note: Note): void {
  const probes = declared(service, 'probes');
  const actions = declared(service, 'actions');
  const evidence = declared(service, 'evidence');
  const expect = (kind: string, known: string[], names: unknown, path: Path) => {
    listOf(names).forEach((name, index) => {
      if (typeof name !== 'string' || known.includes(name)) return;
      note([...path, index], `no ${kind} "${name}" (there are: ${known.join(', ') || 'none'})`);
    });
  };
  for (const [name, fault] of entriesOf(service.faults)) {
    const path = [...at, 'faults', name];
    expect('probe', probes, fault.anyOf, [...path, 'anyOf']);
    expect('probe', probes, fault.allOf, [...path, 'allOf']);
    expect('evidence', evidence, fault.evidence, [...path, 'evidence']);
    listOf(fault.ladder)
      .map(sectionOf)
      .forEach((step, index) => {
        const stepPath = [...path, 'ladder', index];
        expect('action', actions, step.do, [...stepPath, 'do']);
        expect('action', actions, step.suppress, [...stepPath, 'suppress']);
        expect('probe', probes, sectionOf(step.verify).probes, [...stepPath, 'verify', 'probes']);
        for (const [kind, list] of [
          ['if', step.if],
          ['milestones', step.milestones],
        ] as const) {
          listOf(list)
            .map(sectionOf)
            .forEach((one, number) => {
              const names = kind === 'if' ? [one.probe] : one.probes;
              expect('probe', probes, names, [...stepPath, kind, number, kind === 'if' ? 'probe' : 'probes']);
            });
        }
      });
  }
  for (const [name, budget] of entriesOf(service.budgets))
    expect('action', actions, budget.counts, [...at, 'budgets', name, 'counts']);
  for (const [name, action] of entriesOf(service.actions))
    if (action.kind === 'probe') expect('probe', probes, [action.probe], [...at, 'actions', name, 'probe']);
  expect('action', actions, sectionOf(service.kick).allow, [...at, 'kick', 'allow']);
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const sectionOf = (value: unknown): Section => (isSection(value) ? value : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const entriesOf = (value: unknown): [string, Section][] =>
  Object.entries(sectionOf(value)).map(([name, entry]) => [name, sectionOf(entry)]);
const declared = (service: Section, section: string): string[] => Object.keys(sectionOf(service[section]));
