import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ContractViolation } from '@bff/contracts';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { getServedOperation } from './operation.js';

/** Holds every answer against the contract before it leaves, so that a drift is found where it was made. */
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
          // Not the caller's mistake but ours: it must not look like a bad request.
          if (error instanceof ContractViolation)
            throw new Error(`We broke our contract: ${error.message}`, { cause: error });
          throw error;
        }
        return answer;
      }),
    );
  }
}
