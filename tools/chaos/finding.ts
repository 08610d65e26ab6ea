/** A thing that must hold, and where it does not. */
export interface Finding {
  readonly rule: string;
  /** How many cases the rule was held against; a rule that saw none proves nothing. */
  readonly cases: number;
  readonly violations: readonly string[];
}

/** Whether a finding makes the verdict red: the rule does not hold, or it was held against nothing. */
export function isRed({ cases, violations }: Finding): boolean {
  return cases === 0 || violations.length > 0;
}

/** Holds cases against a rule. */
export function checkRule<T>(
  text: string,
  cases: readonly T[],
  holds: (one: T) => boolean,
  name: (violation: T) => string,
): Finding {
  const violations = cases.filter((one) => !holds(one)).map((violation) => name(violation));
  return { rule: text, cases: cases.length, violations };
}
