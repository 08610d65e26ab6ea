/** How long a text is, in code points, as contracts and databases count it. */
export function countCodePoints(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/**
 * A text as it is compared in a search: composed (NFC), and each code point in its simple lower case, as PostgreSQL's `lower`
 * makes it. The platform's own toLowerCase makes two code points of a dotted capital I, and looks at what stands around a sigma.
 */
export function toSearchForm(text: string): string {
  let form = '';
  for (const letter of text.normalize('NFC')) form += letter === DOTTED_CAPITAL_I ? 'i' : letter.toLowerCase();
  return form;
}

const DOTTED_CAPITAL_I = '\u0130';
