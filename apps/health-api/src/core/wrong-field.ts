import { OpsError } from '@yoban/shared/errors';

/** A request is wrong in one place, where its shape alone could not tell. */
export const wrongField = (path: string, message: string): OpsError =>
  new OpsError('REQUEST_INVALID', `wrong: ${path}: ${message}`, { fields: { errors: [{ path, message }] } });
