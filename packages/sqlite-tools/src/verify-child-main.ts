import { childMain } from './child-main.ts';
import { verifyContent } from './verify-content.ts';
import { yieldToOthers } from './yield-to-others.ts';

yieldToOthers();
await childMain<{ file: string; requiredTables: string[] }>(({ file, requiredTables }) =>
  verifyContent(file, requiredTables),
);
