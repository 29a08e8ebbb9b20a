import { type ReactNode, useId, useState } from 'react';
import { useWords } from '../lib/page-context.ts';

interface Props {
  /** What a screen reader says the button belongs to. */
  label: string;
  columns: number;
  /** For tests and styles: set on the row. */
  data: { readonly [name: `data-${string}`]: string | boolean };
  buttonTestId: string;
  detail: ReactNode;
  children: ReactNode;
}

/** A row of a list whose details unfold below it, so that the place in the list is not lost. */
export function UnfoldingRow({ label, columns, data, buttonTestId, detail, children }: Props) {
  const words = useWords();
  const detailId = useId();
  const [open, setOpen] = useState(false);
  const word = open ? words.close : words.details;
  return (
    <>
      <tr {...data}>
        {children}
        <td className="act">
          <button
            type="button"
            className="btn small"
            aria-expanded={open}
            aria-controls={detailId}
            aria-label={`${word}: ${label}`}
            onClick={() => setOpen(!open)}
            data-testid={buttonTestId}
          >
            {word}
          </button>
        </td>
      </tr>
      {open && (
        <tr className="detail" id={detailId}>
          <td colSpan={columns}>{detail}</td>
        </tr>
      )}
    </>
  );
}
