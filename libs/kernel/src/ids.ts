const ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** True when there can be something with this id at all: the form that every contract demands of an id. */
export function isId(text: string): boolean {
  return ID.test(text);
}
