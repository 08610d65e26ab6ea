/** A request or an answer that breaks its contract. `message` says where and what was expected. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';

  constructor(
    message: string,
    /** What stands where the contract is broken, as far as that can be said. */
    readonly got?: { readonly where: string; readonly value: unknown },
  ) {
    super(message);
  }
}
