import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ErrorCodes } from './error-code.js';
import type { ErrorCode } from './error-code.js';

export enum SectionState {
  FRESH = 'FRESH',
  STALE = 'STALE',
  DEGRADED = 'DEGRADED',
  ABSENT = 'ABSENT',
  FORBIDDEN = 'FORBIDDEN',
}
registerEnumType(SectionState, {
  name: 'SectionState',
  description: 'Whether a section of a page could be loaded.',
  valuesMap: {
    FRESH: { description: 'The section was loaded, and is up to date.' },
    STALE: {
      description: 'The service is unavailable, and the section is an older copy that was up to date `ageMs` ago.',
    },
    DEGRADED: { description: 'The section, or a part of it, could not be loaded and is null; `reason` says why.' },
    ABSENT: {
      description:
        'There is no such thing, so that the section is null: the order has no payment, or the product was never bought.',
    },
    FORBIDDEN: { description: 'The viewer may not see the section, and it is null.' },
  },
});

@ObjectType('Section', {
  description: 'State of one requested section of a page. A section that is null is listed here with the reason.',
})
export class PageSection {
  @Field({
    description:
      'Path of the section on the page, for example `customer`, or `lines.product` for the products of all lines together.',
  })
  readonly name!: string;

  @Field(() => SectionState, { description: 'Whether the section could be loaded.' })
  readonly state!: `${SectionState}`;

  @Field(() => ErrorCodes, {
    nullable: true,
    description: 'Why the section is STALE, DEGRADED or FORBIDDEN; null otherwise.',
  })
  readonly reason!: ErrorCode | null;

  @Field(() => String, { nullable: true, description: 'Name of the service that failed; null when none did.' })
  readonly downstream!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'For STALE: the age of the older copy in milliseconds; null otherwise.',
  })
  readonly ageMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of milliseconds after which a retry may succeed; null when that is not known.',
  })
  readonly retryAfterMs!: number | null;
}
