import { alertText } from '@yoban/shared/alerts/alert-text';
import { isAlertType } from '@yoban/shared/alerts/catalogue';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { Locale } from '../../i18n/messages.ts';

/** What an alert says in a row: the name of one from outside goes before its own words, since those need not say what it is. */
export function alertRowText(record: AlertRecord, locale: Locale): { name: string | null; text: string } {
  const { title, cause } = alertText({ ...record, state: record.state === 'info' ? 'info' : 'open' }, locale);
  const named = isAlertType(record.alertType) || cause === title;
  return { name: named ? null : title, text: cause };
}
