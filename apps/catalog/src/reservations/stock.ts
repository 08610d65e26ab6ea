import type { ReservationLine } from '@bff/contracts';
import { Rejection } from '@bff/kernel';
import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import type { CatalogTables } from '../catalog.tables.js';

type Tx = Transaction<CatalogTables>;
type Lines = readonly ReservationLine[];

/**
 * Moves units from on hand to reserved, for all lines or none. Throws Rejection OUT_OF_STOCK or PRODUCT_UNAVAILABLE.
 * The rows are locked in the order of their ids, so that two orders for the same products wait for each other and never
 * deadlock; the update is conditional, so that stock never becomes negative.
 */
export async function take(tx: Tx, lines: Lines, { evenDiscontinued = false } = {}): Promise<void> {
  const products = await lock(tx, lines);
  for (const { productId, quantity } of lines) {
    const product = products.get(productId);
    if (!product || (product.discontinued && !evenDiscontinued))
      throw new Rejection('PRODUCT_UNAVAILABLE', `Product ${productId} is not sold.`, { productId }, 422);
    if (product.on_hand < quantity)
      throw new Rejection('OUT_OF_STOCK', `Of product ${productId}, ${product.on_hand} are left, not ${quantity}.`, {
        productId,
        requested: quantity,
        available: product.on_hand,
      });
  }
  await move(tx, lines, sql`on_hand = on_hand - quantity, reserved = reserved + quantity`, sql`on_hand >= quantity`);
}

/** Moves units from reserved back to on hand. */
export async function giveBack(tx: Tx, lines: Lines): Promise<void> {
  await lock(tx, lines);
  await move(tx, lines, sql`on_hand = on_hand + quantity, reserved = reserved - quantity`, sql`reserved >= quantity`);
}

/** Moves units from reserved to sold. */
export async function sell(tx: Tx, lines: Lines): Promise<void> {
  await lock(tx, lines);
  await move(tx, lines, sql`reserved = reserved - quantity, sold = sold + quantity`, sql`reserved >= quantity`);
}

/** Moves units from sold back to on hand. */
export async function takeBack(tx: Tx, lines: Lines): Promise<void> {
  await lock(tx, lines);
  await move(tx, lines, sql`on_hand = on_hand + quantity, sold = sold - quantity`, sql`sold >= quantity`);
}

interface LockedProduct {
  readonly id: string;
  readonly on_hand: number;
  readonly discontinued: boolean;
}

async function lock(tx: Tx, lines: Lines): Promise<ReadonlyMap<string, LockedProduct>> {
  const rows = await tx
    .selectFrom('products')
    .select(['id', 'on_hand', 'discontinued'])
    .where(
      'id',
      'in',
      lines.map((line) => line.productId),
    )
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function move(
  tx: Tx,
  lines: Lines,
  change: ReturnType<typeof sql>,
  condition: ReturnType<typeof sql>,
): Promise<void> {
  const wanted = sql.join(lines.map((line) => sql`(${line.productId}::text, ${line.quantity}::integer)`));
  const moved = await sql`
    update products set ${change} from (values ${wanted}) as wanted (product_id, quantity)
    where products.id = wanted.product_id and ${condition}`.execute(tx);
  if (moved.numAffectedRows !== BigInt(lines.length))
    throw new Error(`Stock moved for ${moved.numAffectedRows} of ${lines.length} products: the stock is inconsistent`);
}
