import { Field, ID, ObjectType } from '@nestjs/graphql';
import { OrderFields } from '../../models/order.model.js';

@ObjectType({ description: 'An order in the list of the account page.' })
export class AccountOrder extends OrderFields {}

@ObjectType({ description: "The viewer's own account." })
export class AccountPage {
  @Field(() => ID, { description: 'Id of the viewer, who is a customer.' })
  readonly id!: string;
}
