import type { Random } from '../chaos/random.js';

/** Texts that commonly break parsers. */
const TEXTS = [
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  '%',
  '%00',
  '%E0%A4%A',
  'a/b',
  'a?b',
  'a#b',
  'a,b',
  'a\nb',
  '\0',
  '\ufeff',
  '\ud83d',
  'null',
  'undefined',
  'NaN',
  '__proto__',
  'constructor',
  "'; drop table orders; --",
  '<script>',
  '${7*7}',
  '{{7*7}}',
  '-1',
  '0',
  '1e400',
  '9007199254740993',
  '0x10',
  '１２３',
  'e\u0301',
  'İ',
  '🙂'.repeat(50),
  'x'.repeat(64),
  'x'.repeat(5_000),
  '2024-02-30T00:00:00Z',
  '23:59:60Z',
  '0000-01-01T00:00:00Z',
  'eyJ9',
  '"',
  '\\',
  '[]',
  '{"a":1}',
] as const;

/** Texts that are valid somewhere, so that requests get past the first check. */
const KNOWN = [
  'ALFKI',
  'ANATR',
  '1',
  '2',
  '77',
  'ALFKI-1',
  'ALFKI-card',
  'ALFKI-voucher',
  'CreateOrder',
  'CancelOrder',
  'a-key',
];

const NUMBERS = [0, 1, -1, 2, 20, 100, 101, 1.5, -0.1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e21, 1e300];

/** Random values for every part of a request. */
export class Values {
  constructor(readonly random: Random) {}

  /** Any JSON value, not too deep. */
  pickAny(depth = 2): unknown {
    const { random } = this;
    const kinds = [
      () => null,
      () => random.flip(0.5),
      () => this.pickNumber(),
      () => this.pickText(),
      () => this.pickText(),
      ...(depth > 0 ? [() => this.buildList(depth), () => this.buildObject(depth)] : []),
    ];
    return random.pick(kinds)();
  }

  pickText(): string {
    return this.random.pick(this.random.flip(0.4) ? KNOWN : TEXTS);
  }

  pickNumber(): number {
    return this.random.pick(NUMBERS);
  }

  pickKnown(): string {
    return this.random.pick(KNOWN);
  }

  buildList(depth: number): unknown[] {
    return Array.from({ length: this.random.drawInteger(0, 3) }, () => this.pickAny(depth - 1));
  }

  buildObject(depth: number): Record<string, unknown> {
    return Object.fromEntries(this.buildList(depth).map((value) => [this.pickText(), value] as const));
  }

  /** The same text with characters removed, doubled or replaced. */
  mangle(text: string): string {
    const signs = Array.from(text);
    for (let times = this.random.drawInteger(1, 4); times > 0; times--) {
      const at = this.random.drawInteger(0, Math.max(0, signs.length - 1));
      const sign = this.random.pick(['{', '}', '"', '\\', '\0', '$', '(', '!', 'é', '\n']);
      signs.splice(at, this.random.drawInteger(0, 2), ...(this.random.flip(0.5) ? [sign] : []));
    }
    return signs.join('');
  }

  /** Text that may stand in an address as it is. */
  pickAddress(text: string): string {
    return this.random.flip(0.3)
      ? text
          .toWellFormed()
          .replaceAll(/[^!-~]/gu, encodeURIComponent)
          .slice(0, 2_000)
      : encodeURIComponent(text.toWellFormed());
  }

  pickHeaderText(): string {
    return this.pickText().replaceAll(/[^\x20-\x7e]/g, '?');
  }
}
