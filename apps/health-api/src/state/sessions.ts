import { randomBytes } from 'node:crypto';
import { type Session, sealSession, sessionMaxAgeMs } from '../core/session.ts';
import type { StoreGuard } from '../store/store-guard.ts';

/** Logins. They live in the cookie alone; only their early end must be remembered. */
export interface Sessions {
  /** A new cookie value. */
  begin(now: number): string;
  end(session: Session): void;
  isRevoked(id: string): boolean;
}

export function createSessions(adminKey: string, store: StoreGuard, now: number): Sessions {
  const revoked = new Map<string, number>();
  const rows = store.read(({ db }) =>
    db
      .prepare<[number], { id: string; until: number }>('SELECT id, until FROM revoked_session WHERE until > ?')
      .all(now),
  );
  for (const { id, until } of rows) revoked.set(id, until);
  return {
    begin: (at) => sealSession({ id: randomBytes(18).toString('base64url'), until: at + sessionMaxAgeMs }, adminKey),
    end: ({ id, until }) => {
      revoked.set(id, until);
      store.write(({ db }) =>
        db.prepare('INSERT OR IGNORE INTO revoked_session (id, until) VALUES (?, ?)').run(id, until),
      );
    },
    isRevoked: (id) => revoked.has(id),
  };
}
