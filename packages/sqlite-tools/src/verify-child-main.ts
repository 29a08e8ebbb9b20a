import { childMain } from './child-main.ts';
import { verifyContent } from './verify-content.ts';

await childMain<{ file: string; requiredTables: string[] }>(({ file, requiredTables }) =>
  verifyContent(file, requiredTables),
);
