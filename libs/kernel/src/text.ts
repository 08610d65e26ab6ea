/** The length of a text in code points, as contracts and databases count it. */
export function countCodePoints(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/**
 * Normalizes a text for a search: composed (NFC), and each code point in its simple lower case, as PostgreSQL's `lower` does. The
 * platform's toLowerCase turns a dotted capital I into two code points, and depends on the letters around a sigma.
 */
export function toSearchForm(text: string): string {
  let form = '';
  for (const letter of text.normalize('NFC')) form += letter === DOTTED_CAPITAL_I ? 'i' : letter.toLowerCase();
  return form;
}

const DOTTED_CAPITAL_I = '\u0130';
