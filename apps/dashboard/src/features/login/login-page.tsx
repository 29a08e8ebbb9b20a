import { type FormEvent, useId, useState } from 'react';
import { Logo } from '../../components/icons.tsx';
import { LanguageSwitch } from '../../components/switches.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { ApiError } from '../../lib/api-client.ts';
import { useServices, useWords } from '../../lib/page-context.ts';

type Attempt = { kind: 'idle' } | { kind: 'asking' } | { kind: 'refused'; status: number };

function refusalText(status: number, words: Messages): string {
  if (status === 401 || status === 403 || status === 400) return words.wrongKey;
  return status === 429 ? words.tooManyTries : words.noAnswer;
}

/** Exchanges the admin key for a cookie that scripts cannot read; the key itself is kept nowhere. */
export function LoginPage({ onSignedIn }: { onSignedIn: () => void }) {
  const words = useWords();
  const { api } = useServices();
  const fieldId = useId();
  const helpId = useId();
  const [key, setKey] = useState('');
  const [attempt, setAttempt] = useState<Attempt>({ kind: 'idle' });
  const send = async () => {
    setAttempt({ kind: 'asking' });
    try {
      await api.post('/admin/login', { key });
      onSignedIn();
    } catch (error) {
      setAttempt({ kind: 'refused', status: error instanceof ApiError ? error.status : 0 });
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const refused = attempt.kind === 'refused';
  return (
    <main className="signin">
      <div>
        <h1 className="brand">
          <Logo />
          <span>yoban</span>
          <small lang="ja">夜番</small>
        </h1>
        <form onSubmit={submit}>
          <label htmlFor={fieldId}>
            {words.adminKey}
            <input
              id={fieldId}
              type="password"
              name="key"
              autoComplete="current-password"
              required
              value={key}
              onChange={(event) => setKey(event.target.value)}
              aria-invalid={refused}
              aria-describedby={helpId}
              data-testid="login.key"
            />
          </label>
          <p role="alert" className={refused ? 'is-error' : 'sr'} data-testid="login.error">
            {refused ? refusalText(attempt.status, words) : ''}
          </p>
          <p id={helpId}>{words.signInHelp}</p>
          <button type="submit" className="btn primary" disabled={attempt.kind === 'asking'} data-testid="login.submit">
            {words.signIn}
          </button>
        </form>
        <div className="row">
          <LanguageSwitch />
        </div>
      </div>
    </main>
  );
}
