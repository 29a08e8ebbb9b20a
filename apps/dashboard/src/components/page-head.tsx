import type { ReactNode } from 'react';
import { ReconnectNotice } from './reconnect-notice.tsx';

/** Title, what it is about, the page's one action; below it the notice that the page is not being kept up to date. */
export function PageHead({ title, about, action }: { title: string; about?: string | undefined; action?: ReactNode }) {
  return (
    <>
      <div className="head">
        <h1>{title}</h1>
        {about && <span className="svc">{about}</span>}
        {action && <div className="acts">{action}</div>}
      </div>
      <ReconnectNotice />
    </>
  );
}
