/** The variables of older releases, each with the name that replaces it. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  PATIENCE_PERCENT: 'STEP_RETRY_TIMEOUT_PERCENT',
  COMPILE_AFTER: 'COMPILE_AFTER_EXECUTIONS',
  UNKNOWN_DOCUMENTS: 'ALLOW_UNTRUSTED_DOCUMENTS',
  MAX_ANSWER_FIELDS: 'MAX_RESPONSE_FIELDS',
};

/** The values that changed with a name. A value that is not listed is kept. */
const NEW_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  UNKNOWN_DOCUMENTS: { accepted: 'true', refused: 'false' },
};

/** One line for each variable that is set by a name of an older release: it would have no effect. */
export function findRenamedVariables(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(NEW_NAMES).flatMap(([oldName, newName]) => {
    const value = given[oldName];
    if (value === undefined) return [];
    const newValue = NEW_VALUES[oldName]?.[value] ?? value;
    return [`${oldName} has been renamed: set ${newName}=${newValue} instead`];
  });
}
