export { getContract, getEvent, getOperation } from './contract.js';
export { ContractViolation } from './contract-violation.js';
export { PARTICIPANT_ACTS, findAct } from './participant-acts.js';
export type { ActRole, ParticipantAct, ParticipantActs } from './participant-acts.js';
export type { CheckedRequest, Contract, EventContract, Operation, RawRequest } from './contract.js';
export { API_NAMES, SERVICES } from './services.js';
export type { ApiName, ServiceName } from './services.js';
export type {
  Address,
  AnswerAt,
  AnswerOf,
  BodyOf,
  Category,
  Customer,
  EventData,
  EventDraft,
  EventType,
  IsSame,
  OperationId,
  Order,
  OrderLine,
  PathOf,
  Payment,
  PaymentMethod,
  PostalAddress,
  Product,
  Purchase,
  QueryOf,
  Reservation,
  ReservationLine,
  SagaEvent,
  SagaOverview,
  StatusOf,
} from './types.js';
export { cancelOrderSaga } from './cancel-order.js';
export type { CancelOrderRejectionCode, CancelOrderRequest, CancelOrderSagaResult } from './cancel-order.js';
export { createOrderSaga } from './create-order.js';
export type {
  CreateOrderRejectionCode,
  CreateOrderRequest,
  CreateOrderSagaResult,
  CustomerIneligibility,
} from './create-order.js';
