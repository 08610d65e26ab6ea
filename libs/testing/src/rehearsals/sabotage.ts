/** The duties that can be removed from the undo loop, to prove that a drill notices. */
const SABOTAGES = {
  /** An undo is registered once its act has answered: an act whose answer was lost is never undone. */
  'undo-before-call': [
    [/if \(step\.kind === 'compensatable'\)\s+compensations\.push\(toCompensation\(step, input\)\);/, ''],
    [
      /return settled\.value;/,
      "if (step.kind === 'compensatable') compensations.push(toCompensation(step, input));\n    return settled.value;",
    ],
  ],
  /** The oldest step is undone first. */
  'reverse order': [[/compensations\.reverse\(\)/, 'compensations']],
} as const satisfies Record<string, readonly (readonly [RegExp, string])[]>;

export type Sabotage = keyof typeof SABOTAGES;

/** The source of the undo loop without what is named. Throws when it does not look as expected. */
export function applySabotage(source: string, what: Sabotage): string {
  return SABOTAGES[what].reduce((text, [pattern, instead]) => {
    if (text.split(pattern).length !== 2)
      throw new Error(`The undo loop has changed: ${String(pattern)} must match once`);
    return text.replace(pattern, instead);
  }, source);
}
