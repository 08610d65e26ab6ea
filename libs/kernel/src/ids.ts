/** A path made of `.` or `..` leads elsewhere, however it is encoded. */
const ID = /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,64}$/;

/** True when there can be something with this id at all: the form that every contract demands of an id. */
export function isId(text: string): boolean {
  return ID.test(text);
}
