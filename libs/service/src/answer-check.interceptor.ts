import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ContractViolation } from '@bff/contracts';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { getServedOperation } from './operation.js';

/** Validates every response against the contract before it is sent, so that a violation fails in the service that made it. */
@Injectable()
export class AnswerCheckInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const operation = getServedOperation(context);
    if (!operation) return next.handle();
    return next.handle().pipe(
      map((answer: unknown) => {
        try {
          operation.checkAnswer(200, answer);
        } catch (error) {
          // A bug of this service: it must not be answered as a bad request.
          if (error instanceof ContractViolation)
            throw new Error(`The response violates the contract: ${error.message}`, { cause: error });
          throw error;
        }
        return answer;
      }),
    );
  }
}
