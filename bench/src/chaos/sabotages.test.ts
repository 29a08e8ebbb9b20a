import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { editedSource } from './edited-source.ts';
import { type Sabotage, sabotages } from './sabotages.ts';

const root = path.resolve(import.meta.dirname, '../../..');

test.each(Object.entries<Sabotage>(sabotages))('%s breaks something that is there', (_, { break: spoil, edit }) => {
  expect([spoil, edit].filter(Boolean)).toHaveLength(1);
  if (!edit) return;
  const source = readFileSync(path.join(root, edit.file), 'utf8');
  expect(editedSource(source, edit)).not.toBe(source);
});
