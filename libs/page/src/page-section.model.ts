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
  description: 'How a section of a page fared.',
  valuesMap: {
    FRESH: { description: 'It is there, as its service has it now.' },
    STALE: { description: 'Its service is in trouble; what is shown was true `ageMs` ago.' },
    DEGRADED: { description: 'It, or a part of it, is missing; `reason` says why.' },
    ABSENT: { description: 'There is nothing to show: no payment, never bought.' },
    FORBIDDEN: { description: 'It is not for this viewer.' },
  },
});

@ObjectType('Section', { description: 'How one section of a page fared. No section is ever null without a reason.' })
export class PageSection {
  @Field({
    description: 'Where it stands on the page, for example `customer`, or `lines.product` for all lines at once.',
  })
  readonly name!: string;

  @Field(() => SectionState)
  readonly state!: `${SectionState}`;

  @Field(() => ErrorCodes, { nullable: true, description: 'Why it is STALE, DEGRADED or FORBIDDEN.' })
  readonly reason!: ErrorCode | null;

  @Field(() => String, { nullable: true, description: 'The service that is in trouble.' })
  readonly downstream!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How old what is shown is, in milliseconds; null when it is fresh.',
  })
  readonly ageMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'When asking again may help, in milliseconds from now, as far as known.',
  })
  readonly retryAfterMs!: number | null;
}
