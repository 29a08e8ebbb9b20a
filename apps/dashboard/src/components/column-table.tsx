import type { ReactNode } from 'react';

/** A heading, or one with a class of its own; null is the column of the buttons, which needs none. */
export type Column = string | { text: string; className: string } | null;

function Heading({ column }: { column: Column }) {
  if (column === null) return <td />;
  if (typeof column === 'string') return <th scope="col">{column}</th>;
  return (
    <th scope="col" className={column.className}>
      {column.text}
    </th>
  );
}

const nameOf = (column: Column) => (typeof column === 'object' ? (column?.text ?? '') : column);

interface Props {
  columns: readonly Column[];
  className?: string;
  children: ReactNode;
}

/** A table of a list. On a narrow screen each of its rows becomes a block (`stack`), and a wide one scrolls by itself. */
export function ColumnTable({ columns, className = '', children }: Props) {
  return (
    <div className="scroll">
      <table className={`tbl stack ${className}`.trimEnd()}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={nameOf(column)} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
