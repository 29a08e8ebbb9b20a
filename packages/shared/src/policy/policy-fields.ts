import { z } from 'zod';
import { DurationMs } from '../config/fields.ts';

/** Name of a probe, action, evidence, fault or budget within its service. */
export const PolicyId = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'a name here has small letters, digits and _ and begins with a letter');

/** A program and its arguments, one by one: no shell reads them, so nothing in them is expanded. */
export const Argv = z.array(z.string().min(1)).min(1);

const unitBytes: Record<string, number> = { KB: 1_024, MB: 1_048_576, GB: 1_073_741_824 };

/** Size as text with a unit in YAML, bytes in code. */
export const SizeBytes = z
  .string()
  .regex(/^\d+(KB|MB|GB)$/, { error: (issue) => `"${issue.input}" is not a size; write 512KB, 50MB or 1GB` })
  .transform((text) => Number.parseInt(text, 10) * (unitBytes[text.slice(-2)] ?? 1));

export const Severity = z.enum(['critical', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;

/** A regular expression of the file; one that does not compile is an error at load, not at its first use. */
export const Pattern = z.string().superRefine((text, context) => {
  try {
    new RegExp(text, 'u');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `"${text}" is not a pattern: ${String(error)}` });
  }
});

export const duration = (text: string) => DurationMs.prefault(text);
