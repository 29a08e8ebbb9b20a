/** What names an alert across its incidents. */
export interface AlertRef {
  service: string;
  alertType: string;
}

/** `<service>/<alertType>`. A service from outside may hold a slash of its own: two alerts must not become one. */
export const alertKey = ({ service, alertType }: AlertRef): string =>
  `${service.replaceAll('%', '%25').replaceAll('/', '%2F')}/${alertType}`;

/** The alert of a key; null where there is none. */
export function alertOfKey(key: string): AlertRef | null {
  const slash = key.indexOf('/');
  if (slash < 1 || slash === key.length - 1) return null;
  const service = key.slice(0, slash).replaceAll('%2F', '/').replaceAll('%25', '%');
  return { service, alertType: key.slice(slash + 1) };
}

/** Names the record of one incident: `<key>#<epoch>`. */
export const recordId = (ref: AlertRef, epoch: number): string => `${alertKey(ref)}#${epoch}`;

/** The incident of a record's id; null for that of an INFO, or none at all. */
export function incidentOfRecord(id: string): { ref: AlertRef; epoch: number } | null {
  const [, key, epoch] = /^(.+)#(\d{1,16})$/s.exec(id) ?? [];
  const ref = key === undefined ? null : alertOfKey(key);
  return ref && { ref, epoch: Number(epoch) };
}
