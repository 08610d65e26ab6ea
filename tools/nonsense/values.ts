import type { Random } from '../chaos/random.js';

/** Text of which each piece has broken something somewhere. */
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

/** Text that is right somewhere, so that more than the first check is met. */
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

/** Values for every place of a request that takes any. */
export class Values {
  constructor(readonly random: Random) {}

  /** Any JSON value, not too deep. */
  any(depth = 2): unknown {
    const { random } = this;
    const kinds = [
      () => null,
      () => random.chance(0.5),
      () => this.number(),
      () => this.text(),
      () => this.text(),
      ...(depth > 0 ? [() => this.list(depth), () => this.object(depth)] : []),
    ];
    return random.one(kinds)();
  }

  text(): string {
    return this.random.one(this.random.chance(0.4) ? KNOWN : TEXTS);
  }

  number(): number {
    return this.random.one(NUMBERS);
  }

  known(): string {
    return this.random.one(KNOWN);
  }

  list(depth: number): unknown[] {
    return Array.from({ length: this.random.whole(0, 3) }, () => this.any(depth - 1));
  }

  object(depth: number): Record<string, unknown> {
    return Object.fromEntries(this.list(depth).map((value) => [this.text(), value] as const));
  }

  /** The same text with some of its signs gone, doubled or replaced. */
  mangled(text: string): string {
    const signs = Array.from(text);
    for (let times = this.random.whole(1, 4); times > 0; times--) {
      const at = this.random.whole(0, Math.max(0, signs.length - 1));
      const sign = this.random.one(['{', '}', '"', '\\', '\0', '$', '(', '!', 'é', '\n']);
      signs.splice(at, this.random.whole(0, 2), ...(this.random.chance(0.5) ? [sign] : []));
    }
    return signs.join('');
  }

  /** Text that may stand in an address as it is. */
  address(text: string): string {
    return this.random.chance(0.3)
      ? text
          .toWellFormed()
          .replaceAll(/[^!-~]/gu, encodeURIComponent)
          .slice(0, 2_000)
      : encodeURIComponent(text.toWellFormed());
  }

  headerText(): string {
    return this.text().replaceAll(/[^\x20-\x7e]/g, '?');
  }
}
