import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { countCodePoints } from '@bff/kernel';
import { createBadUserInputError } from '@bff/page';

/** The most products that one order holds, and the most units of one of them. */
const MAX_LINES = 100;
const MAX_QUANTITY = 1_000_000;

/** The length of a product id. Longer text must not get into the journal of a saga. */
const MAX_ID = 200;

@InputType({ description: 'A quantity of one product.' })
export class OrderLineInput {
  @Field(() => ID, { description: `Id of the product, at most ${MAX_ID} characters.` })
  readonly productId!: string;

  @Field(() => Int, {
    description: `The number of units, 1 to ${MAX_QUANTITY}. Lines of the same product are added up.`,
  })
  readonly quantity!: number;
}

/** One line for each product, sorted by product. Throws BAD_USER_INPUT for no lines, too many, or a quantity out of bounds. */
export function readLines(argument: string, lines: readonly OrderLineInput[]): readonly OrderLineInput[] {
  if (lines.length === 0) throw createBadUserInputError(argument, 'at least one line is expected');
  if (lines.length > MAX_LINES) throw createBadUserInputError(argument, `at most ${MAX_LINES} lines are expected`);
  const quantities = new Map<string, number>();
  for (const [index, { productId, quantity }] of lines.entries()) {
    if (countCodePoints(productId) > MAX_ID)
      throw createBadUserInputError(`${argument}.${index}.productId`, `at most ${MAX_ID} characters are expected`);
    const total = (quantities.get(productId) ?? 0) + quantity;
    if (quantity < 1 || total > MAX_QUANTITY)
      throw createBadUserInputError(`${argument}.${index}.quantity`, `1 to ${MAX_QUANTITY} is expected`);
    quantities.set(productId, total);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
}
