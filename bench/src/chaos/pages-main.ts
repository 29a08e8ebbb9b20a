import path from 'node:path';
import { rebuildSoak } from '../harness/record-soak.ts';
import { rebuildResilience } from './record-resilience.ts';

/** Writes the pages of the chaos and of the soak anew from what their runs have kept; nothing is run. */
const docs = path.resolve(import.meta.dirname, '../../../docs');
rebuildResilience(docs);
rebuildSoak(docs);
