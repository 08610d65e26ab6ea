import { fullFormats } from 'ajv-formats/dist/formats.js';

/** Times are written in UTC nearly always, and a day up to the 28th is one of every month. */
const PLAIN_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;
const isTime = fullFormats['date-time'] as { validate(text: string): boolean };

/** Whether text is a date-time of RFC 3339 that a Date can hold: none in a leap second. */
export function isDateTime(text: string): boolean {
  return PLAIN_TIME.test(text) || (isTime.validate(text) && !Number.isNaN(Date.parse(text)));
}
