/** A rule, and its violations. */
export interface Finding {
  readonly rule: string;
  /** The number of cases that the rule checked; a rule without a case proves nothing. */
  readonly cases: number;
  readonly violations: readonly string[];
}

/** Whether a finding makes the verdict red: the rule is violated, or it checked no case. */
export function isRed({ cases, violations }: Finding): boolean {
  return cases === 0 || violations.length > 0;
}

/** Checks cases against a rule. */
export function checkRule<T>(
  text: string,
  cases: readonly T[],
  holds: (one: T) => boolean,
  name: (violation: T) => string,
): Finding {
  const violations = cases.filter((one) => !holds(one)).map((violation) => name(violation));
  return { rule: text, cases: cases.length, violations };
}
