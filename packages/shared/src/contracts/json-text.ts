import { z } from 'zod';

/** Text that is JSON of this shape: what is wrong with either comes out as an issue, nothing is thrown by `safeParse`. */
export const jsonText = <S extends z.ZodType>(shape: S) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: String(error) });
        return z.NEVER;
      }
    })
    .pipe(shape);
