import type { CreateOrderRequest, CustomerIneligibility, PostalAddress } from '@bff/contracts';
import type { Downstreams } from '@bff/downstreams';
import { Rejection } from '@bff/kernel';
import { check } from '@bff/saga';
import { PATIENCE } from '../order-draft.js';

/** The customer may order, and both the address and the payment method are theirs. Gives back where the order goes. */
export const verifyCustomer = check({
  name: 'verify the customer',
  patience: PATIENCE,
  do: async ({ customer }: Downstreams, request: CreateOrderRequest): Promise<PostalAddress> => {
    const [found] = await customer.getCustomers([request.customerId]);
    if (!found) throw notEligible('UNKNOWN_CUSTOMER', 'There is no such customer.');
    if (found.status === 'BLOCKED') throw notEligible('BLOCKED', 'This customer may not order at the moment.');
    const address = found.addresses.find(({ id }) => id === request.shippingAddressId);
    if (!address) throw notEligible('UNKNOWN_ADDRESS', 'The customer has no such address.');
    if (!found.paymentMethods.some(({ id }) => id === request.paymentMethodId))
      throw notEligible('UNKNOWN_PAYMENT_METHOD', 'The customer has no such payment method.');
    const { recipient, street, city, region, postalCode, country } = address;
    return { recipient, street, city, region, postalCode, country };
  },
});

function notEligible(reason: CustomerIneligibility, message: string): Rejection {
  return new Rejection('CUSTOMER_NOT_ELIGIBLE', message, { reason });
}
