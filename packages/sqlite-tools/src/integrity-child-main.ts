import { childMain } from './child-main.ts';
import { openLive } from './open-live.ts';
import { translateSqliteError } from './sqlite-error.ts';

await childMain<{ file: string }>(async ({ file }) => {
  const [db] = await openLive(file);
  try {
    const complaints = db?.prepare<[], string>('PRAGMA integrity_check(5)').pluck().all() ?? [];
    return complaints[0] === 'ok' ? { state: 'ok' } : { state: 'corrupt', detail: complaints.join('; ') };
  } catch (error) {
    throw translateSqliteError(error, file);
  } finally {
    db?.close();
  }
});
