import { Controller } from '@nestjs/common';
import type { AnswerOf, CheckedRequest } from '@bff/contracts';
import { Input, Operation } from '@bff/service';
import { CustomerStore } from './customer.store.js';

/** Reads customers with their addresses and payment methods. */
@Controller()
export class CustomersController {
  constructor(private readonly customers: CustomerStore) {}

  @Operation('customer', 'getCustomers')
  async getCustomers(
    @Input() { query }: CheckedRequest<'customer', 'getCustomers'>,
  ): Promise<AnswerOf<'customer', 'getCustomers'>> {
    return { items: await this.customers.findByIds(query.ids) };
  }
}
