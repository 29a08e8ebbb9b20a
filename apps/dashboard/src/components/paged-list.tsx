import type { ReactNode } from 'react';
import { useWords } from '../lib/page-context.ts';
import { refusalOf } from '../lib/use-alert-command.ts';
import type { Pages } from '../lib/use-pages.ts';

interface Props {
  list: Pages<unknown>;
  olderWord: string;
  olderTestId: string;
  /** Shown as soon as there is an answer. */
  children: ReactNode;
}

/** What is said around a list that is read page by page: that it is coming, why it is not, and the way to the older ones. */
export function PagedList({ list, olderWord, olderTestId, children }: Props) {
  const words = useWords();
  const { pages, error, older, loadingOlder } = list;
  return (
    <>
      {!pages && !error && <p className="card-note">{words.loading}</p>}
      {!pages && Boolean(error) && (
        <p className="card-note is-error" role="alert">
          {refusalOf(error, words.noAnswer)}
        </p>
      )}
      {pages && children}
      {older && (
        <div className="card-note older">
          <button type="button" className="btn" disabled={loadingOlder} onClick={older} data-testid={olderTestId}>
            {loadingOlder ? words.loading : olderWord}
          </button>
        </div>
      )}
    </>
  );
}
