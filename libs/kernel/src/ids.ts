/**
 * The form of an id, as a JSON schema: every contract has it as its schema `Id`. `.` and `..` are no ids: in the path of a URL
 * they lead elsewhere, however they are encoded.
 */
export const ID_SCHEMA = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  pattern: String.raw`^(?!\.{1,2}$)[A-Za-z0-9._:-]+$`,
} as const;

const PATTERN = new RegExp(ID_SCHEMA.pattern);

/** True when something can have this id: every contract rejects any other text. */
export function isId(text: string): boolean {
  return text.length <= ID_SCHEMA.maxLength && PATTERN.test(text);
}
