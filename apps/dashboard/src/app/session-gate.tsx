import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { LoginPage } from '../features/login/login-page.tsx';
import { UiConfigContext, useServices, useWords } from '../lib/page-context.ts';
import { isSignedOut, restartSession, useUiConfigQuery } from '../lib/queries.ts';

function NoAnswer({ retry }: { retry: () => void }) {
  const words = useWords();
  return (
    <main className="signin">
      <div>
        <h1>yoban</h1>
        <p role="alert">{words.noAnswer}</p>
        <button type="button" className="btn" onClick={retry}>
          {words.retryNow}
        </button>
      </div>
    </main>
  );
}

/** Starts the live connection once somebody is signed in, and ends it with the session. */
function LiveWhileSignedIn({ children }: { children: ReactNode }) {
  const { live } = useServices();
  useEffect(() => {
    live.start();
    return live.stop;
  }, [live]);
  return children;
}

/** Shows the pages to who is signed in, the sign-in page to who is not, and says so when nobody answers. */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const session = useUiConfigQuery();
  const words = useWords();
  const recheck = () => {
    void restartSession(client);
  };
  if (isSignedOut(session.error)) return <LoginPage onSignedIn={recheck} />;
  if (session.data) {
    return (
      <UiConfigContext value={session.data}>
        <LiveWhileSignedIn>{children}</LiveWhileSignedIn>
      </UiConfigContext>
    );
  }
  if (session.error) return <NoAnswer retry={recheck} />;
  return (
    <main className="signin" aria-busy="true">
      <p className="mute">{words.loading}</p>
    </main>
  );
}
